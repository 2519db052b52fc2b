import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "bench/**",
      "scripts/**",
      "bin/**",
      "src/generated/**",
      "*.config.js",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // Columns are read with indexes that the code has bounded itself; `?? 0` there would hide bugs and cost time.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "no-console": "error",
    },
  },
  {
    files: ["src/core/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...[
          "Date",
          "process",
          "fetch",
          "setTimeout",
          "setInterval",
          "setImmediate",
          "performance",
          "crypto",
          "globalThis",
        ].map((name) => ({
          name,
          message: "core is pure: time, randomness and IO are passed in (design 6).",
        })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "core is pure: randomness is passed in (design 6)." },
      ],
      "no-restricted-imports": ["error", { patterns: ["node:*"] }],
    },
  },
  {
    files: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "fast-check", message: "Take it from test/property.ts: the seed is set there." },
      ],
    },
  },
);
