import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { runChild } from '../../scripts/child.ts';
import { readCommandLine } from '../../src/server/command-line.ts';
import { isFlagName } from '../../src/server/flags.ts';

const STEP_LIMIT_MS = 120_000;
const read = (file: string): string => readFileSync(file, 'utf8');

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'rtc-chat-deployment-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a file says about one of our variables: its setting, and that it is one. */
function settingOf(variable: string): string {
  const name = variable
    .replace(/^RTC_CHAT_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
  assert.ok(isFlagName(name), `${variable} is no setting`);
  return name;
}

describe('the container image', () => {
  const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const image = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));
  /** What follows this word in the stage that becomes the image. */
  const said = (word: string): string => {
    const line = image.find((line) => line.startsWith(`${word} `));
    assert.ok(line, `no ${word}`);
    return line.slice(word.length + 1);
  };
  const listIn = (text: string): string[] => JSON.parse(text.slice(text.indexOf('['))) as string[];
  const environment = Object.fromEntries(
    said('ENV')
      .split(' ')
      .map((pair) => pair.split('=')),
  ) as Record<string, string>;

  it('is not root, ends by SIGTERM, and is set by variables that there are', () => {
    assert.match(said('USER'), /^(?!root\b|0\b)\S+$/);
    assert.equal(said('STOPSIGNAL'), 'SIGTERM');
    for (const name of Object.keys(environment)) if (name !== 'NODE_ENV') settingOf(name);
    assert.equal(readCommandLine([], environment).do, 'start');
  });

  it('is made of files that are there and are let through to the build', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => new RegExp(`^${line.slice(1).replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
    const copied = dockerfile
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    const needed = ['src', 'scripts', 'index.html', 'vite.library.config.ts', 'tsconfig.base.json'];
    for (const file of [...copied.filter((it) => it !== '.'), ...needed]) {
      assert.ok(existsSync(file), `${file} is not there`);
      assert.ok(
        allowed.some((pattern) => pattern.test(file)),
        `${file} is kept out`,
      );
    }
  });

  it('runs with the dependencies of the product alone, is healthy, and ends with exit code 0', async () => {
    const app = join(folder, 'app');
    mkdirSync(app);
    for (const file of ['package.json', 'package-lock.json']) cpSync(file, join(app, file));
    const install = dockerfile.find((line) => line.startsWith('RUN npm ci --omit=dev'));
    assert.ok(install);
    const args = [...install.split(' ').slice(2), '--prefer-offline'];
    const installed = await runChild('npm', args, { cwd: app, timeLimitMs: STEP_LIMIT_MS });
    assert.equal(installed.code, 0, installed.output);
    for (const name of ['typescript', 'vite', 'tsx']) {
      assert.ok(!existsSync(join(app, 'node_modules', name)), `${name} is for development only`);
    }
    cpSync('dist', join(app, 'dist'), { recursive: true });

    const port = await freePort();
    const env = { ...environment, RTC_CHAT_METRICS_PORT: String(port), RTC_CHAT_PORT: '0' };
    const { PATH = '' } = process.env;
    const start = ([command = '', ...args]: string[]) =>
      spawn(command, args, {
        cwd: app,
        env: { PATH, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const isHealthy = async (): Promise<boolean> => {
      const [code] = (await once(start(listIn(said('HEALTHCHECK'))), 'exit')) as [number];
      return code === 0;
    };
    const broadcaster = start(listIn(said('ENTRYPOINT')));
    const exited = once(broadcaster, 'exit');
    try {
      let output = '';
      for await (const text of broadcaster.stdout.setEncoding('utf8')) {
        output += String(text);
        if (output.includes('listening on')) break;
      }
      assert.match(output, /listening on/);
      assert.equal(await isHealthy(), true);
    } finally {
      broadcaster.kill('SIGTERM');
    }
    assert.deepEqual(await exited, [0, null]);
    assert.equal(await isHealthy(), false);
  });
});

describe('the composition', () => {
  const compose = read('compose.yaml');

  it('sets nothing that the command does not accept', () => {
    const pairs = [...compose.matchAll(/^ +(RTC_CHAT_\w+): (.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value.replaceAll("'", '')] as const,
    );
    assert.ok(pairs.length > 4);
    for (const [name] of pairs) settingOf(name);
    const given: Record<string, string> = { DOMAIN: 'chat.example', TURN_SECRET: 'x'.repeat(64) };
    const environment = Object.fromEntries(
      pairs.map(([name, value]) => [
        name,
        value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, variable: string) => given[variable] ?? ''),
      ]),
    );
    const asked = readCommandLine([], environment);
    assert.equal(asked.do, 'start', asked.do === 'complain' ? asked.sentence : '');
  });

  it('asks for nothing that deploy/example.env does not explain', () => {
    const asked = new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    const explained = [...read('deploy/example.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    assert.deepEqual(asked, new Set(explained));
  });

  it('mounts files that are there', () => {
    const mounted = [...compose.matchAll(/^ +- (\.\/[^:]+):/gm)].map(([, file = '']) => file);
    assert.ok(mounted.length > 1);
    for (const file of mounted) assert.ok(existsSync(file), file);
  });

  it('waits longer for the end than the drain takes, and so does the unit', () => {
    const [, drainMs] = /RTC_CHAT_DRAIN: '(\d+)'/.exec(compose) ?? [];
    const [, graceS] = /stop_grace_period: (\d+)s/.exec(compose) ?? [];
    assert.ok(Number(graceS) * 1_000 > Number(drainMs) + 5_000, `${graceS} s, ${drainMs} ms`);
    const [, stopS] = /^TimeoutStopSec=(\d+)s$/m.exec(read('deploy/rtc-chat.service')) ?? [];
    assert.ok(Number(stopS) > 10);
  });

  it('asks the readiness where the image has it', () => {
    const [, port] = /health_port (\d+)/.exec(read('deploy/Caddyfile')) ?? [];
    assert.ok(port);
    assert.match(read('Dockerfile'), new RegExp(`RTC_CHAT_METRICS_PORT=${port} `));
    for (const [, name = ''] of read('deploy/Caddyfile').matchAll(/(\S+):8080/g)) {
      assert.match(compose, new RegExp(`^  ${name}: \\*rtc-chat$`, 'm'));
    }
  });

  for (const [where, externalIp, more] of [
    ['a public address', '203.0.113.5', ''],
    ['an address behind a NAT', '203.0.113.5/10.0.0.5', 'allowed-peer-ip=10.0.0.5\n'],
  ] as const) {
    it(`starts coturn with the shipped configuration at ${where}, its secret in no flag`, () => {
      const bin = join(folder, 'bin');
      mkdirSync(bin, { recursive: true });
      // In the place of coturn: says how it was started and what stands in its configuration.
      writeFileSync(join(bin, 'turnserver'), '#!/bin/sh\necho "$@"\ncat "$2"\nrm "$2"\n');
      chmodSync(join(bin, 'turnserver'), 0o755);
      const env = {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        TURN_SECRET: 'a secret',
        EXTERNAL_IP: externalIp,
      };
      const { stdout, status } = spawnSync(resolve('deploy/start-coturn.sh'), { env });
      assert.equal(status, 0);
      const [flags = '', ...lines] = stdout.toString().split('\n');
      assert.match(flags, /^-c \S+$/);
      assert.equal(
        lines.join('\n'),
        `${read('deploy/turnserver.conf')}static-auth-secret=a secret\nexternal-ip=${externalIp}\n${more}`,
      );
    });
  }
});

describe('the systemd unit', () => {
  const unit = read('deploy/rtc-chat.service');
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

  it('starts the command with flags that there are, and is not root', () => {
    const [, flags = ''] = /^ExecStart=\S+ (.+)$/m.exec(unit) ?? [];
    const config = join(folder, 'rtc-chat.json');
    writeFileSync(config, '{"port": 8443}');
    const asked = readCommandLine(flags.replace('%d/config', config).split(' '), {});
    assert.equal(asked.do, 'start', asked.do === 'complain' ? asked.sentence : '');
    assert.match(unit, /^DynamicUser=yes$/m);
  });

  it('is one that systemd understands', { skip: !hasSystemd && 'no systemd here' }, async () => {
    const file = join(folder, 'rtc-chat.service');
    // It also wants the program to be there.
    writeFileSync(file, unit.replaceAll(/^ExecStart=\S+/gm, `ExecStart=${process.execPath}`));
    const options = { timeLimitMs: STEP_LIMIT_MS };
    const { code, output } = await runChild('systemd-analyze', ['verify', file], options);
    assert.deepEqual([code, output], [0, '']);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
