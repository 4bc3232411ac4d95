/** Where the package ships what a source file declares: the manifest's readers never see src/. */
const shipped = {
  'src/index.ts': 'dist/index.js',
  'src/components/rtc-chat-element.ts': 'dist/element.js',
};

/** @type {import('@custom-elements-manifest/analyzer').Plugin} */
const shippedPaths = {
  name: 'shipped-paths',
  packageLinkPhase({ customElementsManifest }) {
    const rewrite = (value) => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === 'string') value[key] = shipped[inner.replace(/^\//, '')] ?? inner;
        else rewrite(inner);
      }
    };
    rewrite(customElementsManifest);
  },
};

export default {
  globs: Object.keys(shipped),
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [shippedPaths],
};
