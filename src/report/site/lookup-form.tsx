/** The question that most readers come with, above every page; answered by the script, and without one by a command. */
import type { Child } from "hono/jsx";
import type { SiteModel } from "../../core/site/site-model.ts";

export function LookupForm(props: { readonly model: SiteModel; readonly id: string }): Child {
  const { model, id } = props;
  const heading = "Why does a device not have a patch?";
  return (
    <section class="lookup" aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{heading}</h2>
      <form class="needs-script" data-lookup hidden>
        <label for={`${id}-device`}>
          Device
          <input
            id={`${id}-device`}
            name="device"
            list={`${id}-devices`}
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <datalist id={`${id}-devices`}></datalist>
        <label for={`${id}-patch`}>
          Patch, KB or CVE
          <input
            id={`${id}-patch`}
            name="patch"
            list={`${id}-patches`}
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <datalist id={`${id}-patches`}></datalist>
        <button type="submit">Answer</button>
      </form>
      <p class="needs-no-script">
        This box needs scripts. Without them: <code>patchring why DEVICE PATCH</code>
        {model.lookup === null ? (
          <>
            , or the page of the device's client under <a href="#clients">Clients</a>
          </>
        ) : null}
        .
      </p>
    </section>
  );
}
