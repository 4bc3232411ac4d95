/** Where the package ships what a source file declares: the manifest's readers never see src/. */
const shipped = {
  'src/index.ts': 'dist/index.js',
  'src/components/rtc-chat-element.ts': 'dist/element.js',
};

/** What the element's class is built on: read for what it inherits, and not shown as classes of their own. */
const bases = ['src/components/element-look.ts', 'src/components/element-properties.ts'];

/** Shipped paths in the place of sources, and nothing that a reader could not use. */
const publicFace = {
  name: 'public-face',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules = customElementsManifest.modules.filter(
      ({ path }) => !bases.includes(path),
    );
    const visit = (value) => {
      if (value === null || typeof value !== 'object') return;
      if (bases.includes(value.inheritedFrom?.module)) delete value.inheritedFrom;
      if (value.superclass && value.tagName)
        value.superclass = { name: 'LitElement', package: 'lit' };
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
  globs: [...Object.keys(shipped), ...bases],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicFace],
};
