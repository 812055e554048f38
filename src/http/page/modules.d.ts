/** wrangler bundles *.html as text modules. */
declare module '*.html' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- the bundler's text modules have no other
  export default text;
}

/** Written by src/build/build.ts; this stands in for it before the first build. */
declare module '*/static/build/assets.json' {
  const manifest: {
    readonly files: Readonly<
      Record<
        'script' | 'worker' | 'local' | 'gpu' | 'gpuPage' | 'stylesheet' | 'simd' | 'scalar',
        { readonly name: string; readonly sha256: string }
      >
    >;
    /** What the name of every locale's file begins with. */
    readonly locales: string;
  };
  // oxlint-disable-next-line import/no-default-export -- as a JSON module has
  export default manifest;
}
