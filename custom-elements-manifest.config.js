/** Where the package ships what a source file declares: the manifest's readers never see src/. */
const shipped = {
  'src/index.ts': 'dist/index.js',
  'src/components/rtc-chat-element.ts': 'dist/element.js',
};

/** Shipped paths in the place of sources, and nothing that a reader could not use. */
const publicFace = {
  name: 'public-face',
  packageLinkPhase({ customElementsManifest }) {
    const visit = (value) => {
      if (value === null || typeof value !== 'object') return;
      if (Array.isArray(value.members)) {
        value.members = value.members.filter(({ privacy }) => privacy !== 'private');
      }
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === 'string') value[key] = shipped[inner.replace(/^\//, '')] ?? inner;
        else visit(inner);
      }
    };
    visit(customElementsManifest);
  },
};

export default {
  globs: Object.keys(shipped),
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicFace],
};
