import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { launchBrowser } from '../support/browsers.ts';
import { runCommand } from '../server/support/command.ts';
import { Person } from './support/person.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

after(tidyUp);

it(
  'two browsers meet by two addresses of --lan, where cameras are allowed',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const state = mkdtempSync(join(tmpdir(), 'rtc-chat-lan-'));
    t.after(() => rmSync(state, { recursive: true, force: true }));
    const args = ['--lan', '--port', '0', '--base-path', '/chat'];
    const command = runCommand(t, args, { XDG_STATE_HOME: state });
    const [, here = ''] = await command.said(/listening on (\S+)\n/);
    // A machine without a network has no link to show; its own address does then.
    await command.said(/fingerprint|in no network/);
    const [, beside = `${here}/#lobby`] = /^ {2}(https:\S+)$/m.exec(command.output()) ?? [];
    const [ada, bo] = await Promise.all([
      launchBrowser('chromium', { acceptInsecureCerts: true }).then((browser) =>
        Person.arrive(browser, `${here}/${new URL(beside).hash}`),
      ),
      launchBrowser('firefox', { acceptInsecureCerts: true }).then((browser) =>
        Person.arrive(browser, beside),
      ),
    ]);
    for (const [person, name] of [
      [ada, 'Ada'],
      [bo, 'Bo'],
    ] as const) {
      const tracks = await person.page.evaluate(async () => {
        const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
        stream.getTracks().forEach((track) => track.stop());
        return stream.getTracks().length;
      });
      assert.equal(tracks, 2);
      await person.type(name, 'Your name');
      await person.press('Enter');
    }
    await Promise.all([ada.connected(), bo.connected()]);
    await bo.say('From the sofa');
    await ada.has('From the sofa');
    await Promise.all([ada.close(), bo.close()]);
  },
);
