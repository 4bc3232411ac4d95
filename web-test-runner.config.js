import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { a11ySnapshotPlugin } from '@web/test-runner-commands/plugins';
import { puppeteerLauncher } from '@web/test-runner-puppeteer';
import { tallyReporter } from './scripts/browser-reporter.ts';
import { browserNames, launchOptions } from './test/support/browsers.ts';

// Run by `npm test -- browser`; needs tsx for the TypeScript that it imports.
const soak = process.env.RTC_CHAT_SOAK === '1';
const chosen = process.env.RTC_CHAT_BROWSERS?.split(',') ?? browserNames;

/** A real broadcaster on the runner's own port: a page test joins at `location.origin`. */
const broadcasterPlugin = () => {
  let broadcaster;
  return {
    name: 'broadcaster',
    async serverStart({ server }) {
      const { createBroadcaster } = await import('./src/server/broadcaster.ts');
      broadcaster = createBroadcaster(server, {});
    },
    serverStop: () => broadcaster?.close(),
  };
};

/** A page that axe has nothing to say about; the soak flag reaches the tests as a global. */
const testPage = (testFramework) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>rtc-chat tests</title></head>
  <body>
    <script>globalThis.rtcChatSoak = ${soak};</script>
    <script type="module" src="${testFramework}"></script>
  </body>
</html>`;

export default {
  files: ['test/rtc/**/*.test.ts', 'test/components/**/*.test.ts'],
  // `browser`: else the page gets `ws`. Not `development`: socket.io would import CommonJS.
  nodeResolve: { browser: true, exportConditions: ['browser', 'production'] },
  plugins: [
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      // Else decorators are taken for standard ones.
      tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
    }),
    a11ySnapshotPlugin(),
    broadcasterPlugin(),
  ],
  concurrentBrowsers: 2,
  browsers: chosen.map((name) =>
    puppeteerLauncher({ concurrency: 1, launchOptions: launchOptions(name) }),
  ),
  testRunnerHtml: testPage,
  testFramework: { config: { ui: 'bdd', timeout: soak ? 300_000 : 20_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: soak ? 1_800_000 : 180_000,
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    tallyReporter(),
  ],
};
