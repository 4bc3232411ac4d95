import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import type { BrowserName } from '../support/browsers.ts';
import { whyWithout } from '../support/programs.ts';
import { TurnServer } from '../support/turn-server.ts';
import { TurnClient } from '../server/support/turn-client.ts';
import { BroadcasterProcess } from './support/broadcaster-process.ts';
import { whyNoNetwork } from './support/namespaced-browser.ts';
import { NatNetwork } from './support/nat-network.ts';
import { PageServer } from './support/page-server.ts';
import { type PathFacts, pathOf, serversOf, spyOnPaths } from './support/path-spy.ts';
import type { Person } from './support/person.ts';
import { CallStage } from './support/call-stage.ts';
import type { Caller } from './support/caller.ts';
import { freshRoom, TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const skip = whyNoNetwork() ?? whyWithout('turnserver') ?? false;
const soak = process.env['RTC_CHAT_SOAK'] === '1';
const SECRET = 'a secret of the test';
/** The shortest there is: the test waits for the end of it. */
const TTL_MS = 15_000;
const RELAYED = { 'ice-transport-policy': 'relay' };

const casts: readonly (readonly [BrowserName, BrowserName])[] = soak
  ? [
      ['chromium', 'firefox'],
      ['chromium', 'chromium'],
      ['firefox', 'firefox'],
    ]
  : [['chromium', 'firefox']];

for (const names of casts) {
  describe(
    `${names.join(' and ')}, each behind a symmetric NAT, with coturn in its shipped configuration`,
    { timeout: TEST_TIMEOUT_MS, skip },
    () => {
      let network: NatNetwork;
      let relay: TurnServer;
      let stage: CallStage;
      let browsers: readonly [Browser, Browser];
      let relayed: readonly [Caller, Caller];
      before(async () => {
        network = new NatNetwork();
        const { address } = network;
        relay = await TurnServer.start({ address, secret: SECRET });
        const flags = ['--turn-url', relay.url, '--turn-secret', SECRET, '--turn-ttl', '15s'];
        const broadcaster = await BroadcasterProcess.start(address, flags);
        stage = new CallStage(broadcaster, await PageServer.start(address));
        const { origin } = stage.pages;
        const [first, second] = names;
        browsers = [await network.connect(first, origin), await network.connect(second, origin)];
        // They come first and stay: their credential grows old meanwhile.
        relayed = await two(RELAYED);
      });
      after(async () => {
        await tidyUp();
        await relay.stop();
        await network.close();
      });

      const two = async (attributes = {}): Promise<readonly [Caller, Caller]> => {
        const room = freshRoom();
        const spies = [spyOnPaths];
        const ada = await stage.caller(browsers[0], { room, name: 'Ada', ...attributes }, spies);
        const bo = await stage.caller(browsers[1], { room, name: 'Bo', ...attributes }, spies);
        await Promise.all([ada.connected(), bo.connected()]);
        return [ada, bo];
      };
      const talk = async (ada: Person, bo: Person, text: string): Promise<void> => {
        await ada.send(`${text} from Ada`);
        await bo.until(
          'it arrived',
          (chat, it) => chat.messages.at(-1)?.text === it,
          `${text} from Ada`,
        );
        await bo.send(`${text} from Bo`);
        await ada.until(
          'it arrived',
          (chat, it) => chat.messages.at(-1)?.text === it,
          `${text} from Bo`,
        );
      };
      const ownEnd = ({ selected }: PathFacts) => selected?.[0].type;

      it('is such a network: what talks to three ports has three outside', async () => {
        assert.deepEqual(
          [await network.countMappings(0, 3), await network.countMappings(1, 3)],
          [3, 3],
        );
      });

      it('carries text through the relay when there is no other way', async () => {
        const [ada, bo] = await two();
        await talk(ada, bo, 'hello');
        const paths = [await pathOf(ada.page), await pathOf(bo.page)];
        assert.ok(paths.map(ownEnd).includes('relay'), JSON.stringify(paths));
        // Others were tried: without a policy a peer learns them.
        for (const { local } of paths) assert.ok(local.some(({ type }) => type === 'host'));
      });

      it('shows nobody an address of a peer when only relays are allowed, and carries text and video', async () => {
        const [ada, bo] = relayed;
        await talk(ada, bo, 'hello');
        for (const { page } of [ada, bo]) await hidesAddresses(page, network);
        // Others have come since, each in a tab before theirs.
        for (const person of [ada, bo]) await person.look();
        await ada.click('Start video call');
        await bo.click('Accept');
        await Promise.all([ada, bo].flatMap((person) => [person.seesPicture(), person.hears()]));
        for (const { page } of [ada, bo]) await hidesAddresses(page, network);
        await ada.click('Hang up');
        await bo.inState('idle');
      });

      it('renews a credential before it expires, and restarts ICE with it when coturn takes the old one no more', async () => {
        const [ada, bo] = relayed;
        const before = await pathOf(ada.page);
        const [first, expiresMs] = await accepted(ada.page, relay);
        assert.ok(expiresMs - Date.now() <= TTL_MS + 1_000);

        const renewals = await Promise.all([ada, bo].map(({ page }) => renewed(page, expiresMs)));
        for (const atMs of renewals) assert.ok(atMs < expiresMs, 'renewed before it expired');
        // That time passes is what is tested; coturn counts whole seconds.
        await new Promise((resolve) =>
          setTimeout(resolve, Math.max(0, expiresMs + 1_500 - Date.now())),
        );
        assert.equal(await tryToAllocate(relay, first), 401);
        const [fresh] = await serversOf(ada.page);
        assert.equal(await tryToAllocate(relay, fresh), 0);

        await restartIce(ada.page, before);
        assert.equal(ownEnd(await pathOf(ada.page)), 'relay');
        await talk(ada, bo, 'again');
      });
    },
  );
}

/** What this page knows of its peer by its newest connection, and all that it has told anybody. */
async function hidesAddresses(page: Page, network: NatNetwork): Promise<void> {
  const { local, remote } = await pathOf(page);
  assert.deepEqual(new Set(local.map(({ type }) => type)), new Set(['relay']));
  // A packet can come before the candidate it comes from; Chromium says no address for so long.
  for (const { address } of remote)
    assert.ok(address === null || address === network.address, `knows ${address}`);
  hidesIn((await page.evaluate(() => pathSpy.told)).join('\n'), network);
}

function hidesIn(told: string, network: NatNetwork): void {
  assert.match(told, /typ relay/);
  assert.doesNotMatch(told, /typ (?!relay)|\.local/);
  for (const address of network.addresses) assert.ok(!told.includes(address), address);
}

async function tryToAllocate(relay: TurnServer, server: RTCIceServer | undefined): Promise<number> {
  const { username = '', credential = '' } = server ?? {};
  const client = await TurnClient.connect(relay, { username, credential });
  try {
    return await client.allocate();
  } finally {
    client.close();
  }
}

const expiryOf = ({ username }: RTCIceServer): number => Number(username?.split(':')[0]) * 1_000;

/** What this page has for the relay, which takes it; on a busy machine one can expire before it is tried. */
async function accepted(
  page: Page,
  relay: TurnServer,
): Promise<readonly [server: RTCIceServer, expiresMs: number]> {
  for (;;) {
    const [server] = await serversOf(page);
    assert.ok(server);
    const code = await tryToAllocate(relay, server);
    if (code === 0) return [server, expiryOf(server)];
    assert.ok(Date.now() >= expiryOf(server), `${code} before it has expired`);
  }
}

/** Fulfils with the time at which a connection of this page was given a credential that holds longer, by its own clock. */
async function renewed(page: Page, expiresMs: number): Promise<number> {
  const found = await page.waitForFunction(
    (former) => {
      const isLater = ({ username }: RTCIceServer): boolean =>
        Number(username?.split(':')[0]) * 1_000 > former;
      return pathSpy.given.find(({ servers }) => servers.some(isLater))?.atMs;
    },
    { polling: 100 },
    expiresMs,
  );
  return (await found.jsonValue())!;
}

/** As after a change of network; fulfils when the path is another one. */
async function restartIce(page: Page, { selected }: PathFacts): Promise<void> {
  await page.evaluate(() =>
    pathSpy.connections.findLast((each) => each.connectionState === 'connected')?.restartIce(),
  );
  const [former] = selected ?? [];
  for (;;) {
    const now = (await pathOf(page)).selected?.[0];
    if (now !== undefined && now.port !== former?.port) return;
  }
}
