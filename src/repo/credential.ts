/** A repository from which one address is reached with one credential, whatever Git is configured for otherwise. */
import type { Repository } from "./repository.ts";

export interface RemoteCredential {
  /** The name that the remote gets for these calls: nothing is written to the configuration. */
  readonly name: string;
  /** `https://host/owner/repo.git`, without user, password or query. */
  readonly url: string;
  readonly username: string;
  /** Secret. It goes to Git in the environment of its process alone: no argument, file or address holds it. */
  readonly password: string;
}

/** Answers Git's question from the environment. Git runs it with its own shell, on Windows too. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$PATCHRING_GIT_USERNAME" "$PATCHRING_GIT_PASSWORD"; }; f';

/** Traces and askpass programs of the caller: the first could write the secret down, the second wait for a person. */
const DROPPED = /^(?:GIT_TRACE.*|GIT_CURL_VERBOSE|SSH_ASKPASS)$/;

/**
 * The settings name the whole address, so that none of the caller's is more specific:
 * - `insteadOf` would lead elsewhere, or to another identity over ssh;
 * - a credential helper of the caller would be asked first, and would be told the secret to keep;
 * - an `extraHeader` (as CI checkouts leave it) would send a second identity;
 * - a redirect would take the secret to another host;
 * - a hook of the work tree could be what a pull request brought.
 */
export function withCredential(repository: Repository, credential: RemoteCredential): Repository {
  const { name, url, username, password } = credential;
  const settings: readonly (readonly [string, string])[] = [
    [`remote.${name}.url`, url],
    [`url.${url}.insteadOf`, url],
    [`url.${url}.pushInsteadOf`, url],
    [`credential.${url}.helper`, ""],
    [`credential.${url}.helper`, HELPER],
    [`http.${url}.extraHeader`, ""],
    [`http.${url}.followRedirects`, "false"],
    ["core.hooksPath", "/dev/null"],
  ];
  const own = Object.entries(repository.env).filter(([key]) => !DROPPED.test(key));
  const count = Number.parseInt(repository.env["GIT_CONFIG_COUNT"] ?? "0", 10) || 0;
  return {
    ...repository,
    env: {
      ...Object.fromEntries(own),
      ...Object.fromEntries(
        settings.flatMap(([key, value], at) => [
          [`GIT_CONFIG_KEY_${count + at}`, key],
          [`GIT_CONFIG_VALUE_${count + at}`, value],
        ]),
      ),
      GIT_CONFIG_COUNT: String(count + settings.length),
      GIT_ASKPASS: "",
      PATCHRING_GIT_USERNAME: username,
      PATCHRING_GIT_PASSWORD: password,
    },
  };
}
