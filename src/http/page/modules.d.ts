/** The files of static/page, written by src/build/build.ts. */
declare module '*/static/build/templates.json' {
  const templates: Readonly<
    Record<
      | 'brand-contact'
      | 'brand-footer'
      | 'brand-header'
      | 'brand-logo'
      | 'brand-style'
      | 'notice'
      | 'notice-back'
      | 'notice-incident'
      | 'notice-patience'
      | 'page'
      | 'patience',
      string
    >
  >;
  // oxlint-disable-next-line import/no-default-export -- as a JSON module has
  export default templates;
}

/** Written by src/build/build.ts; this stands in for it before the first build. */
declare module '*/static/build/assets.json' {
  const manifest: {
    readonly files: Readonly<
      Record<
        'script' | 'worker' | 'local' | 'gpu' | 'gpuPage' | 'stylesheet' | 'simd' | 'scalar',
        { readonly name: string }
      >
    >;
    /** What the name of every locale's file begins with. */
    readonly locales: string;
  };
  // oxlint-disable-next-line import/no-default-export -- as a JSON module has
  export default manifest;
}
