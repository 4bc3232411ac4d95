import { expect } from 'chai';
import fc from 'fast-check';
import { html, render } from 'lit';
import { isEmojiOnly, needleOf, renderText, splitText } from '../../src/components/rich-text.ts';

function draw(text: string, needle: RegExp | null = null): HTMLElement {
  const root = document.createElement('div');
  render(html`${renderText(text, needle)}`, root);
  return root;
}

const hrefs = (text: string) =>
  splitText(text).flatMap(({ kind, href }) => (kind === 'link' ? [href] : []));

describe('the splitter of texts', () => {
  const links: [text: string, hrefs: string[]][] = [
    ['no link at all', []],
    ['https://a.example', ['https://a.example/']],
    ['see http://a.example/b?c=d&e=f#g now', ['http://a.example/b?c=d&e=f#g']],
    ['Go to https://a.example.', ['https://a.example/']],
    [
      'https://a.example/x, https://b.example/y; and',
      ['https://a.example/x', 'https://b.example/y'],
    ],
    ['Really https://a.example/?!', ['https://a.example/']],
    ['(see https://a.example/b)', ['https://a.example/b']],
    ['https://a.example/Kiln_(oven)', ['https://a.example/Kiln_(oven)']],
    ['(https://a.example/Kiln_(oven))', ['https://a.example/Kiln_(oven)']],
    ['[https://a.example/]', ['https://a.example/']],
    ['“https://a.example/b”', ['https://a.example/b']],
    ['<https://a.example/b>', ['https://a.example/b']],
    ['看 https://a.example/b。好', ['https://a.example/b%E3%80%82%E5%A5%BD']],
    ['https://a.example/b。', ['https://a.example/b']],
    ['mailto:ada@a.example', ['mailto:ada@a.example']],
    ['write to mailto:ada@a.example.', ['mailto:ada@a.example']],
    ['HTTPS://A.EXAMPLE/X', ['https://a.example/X']],
    ['https://user@a.example/', ['https://user@a.example/']],
    ['javascript:alert(1)', []],
    ['data:text/html,<script>alert(1)</script>', []],
    ['vbscript:x file:///etc/passwd ftp://a.example', []],
    ['xhttps://a.example', []],
    ['https://', []],
    ['https://...', []],
    ['mailto:', []],
    ['http://\u202Eevil.example', []],
    ['https://a.example/\u202Egpj.exe', ['https://a.example/']],
    ['`https://a.example`', []],
  ];
  for (const [text, expected] of links) {
    it(`finds ${expected.length} links in ${JSON.stringify(text)}`, () =>
      expect(hrefs(text)).to.deep.equal(expected));
  }

  const words = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'https://',
      'http://a.example/',
      'mailto:',
      'a@b.example',
      '`',
      '```',
      '\n',
      ' ',
      '(',
      ')',
      '.',
      '<b>',
      '\u202E',
    ),
  );

  it('loses nothing: the pieces joined are the text', () => {
    fc.assert(
      fc.property(
        fc.array(words).map((parts) => parts.join('')),
        (text) => {
          expect(
            splitText(text)
              .map(({ raw }) => raw)
              .join(''),
          ).to.equal(text);
        },
      ),
    );
  });

  it('draws every text without backticks as it is, also while it marks something', () => {
    fc.assert(
      fc.property(
        fc.array(words).map((parts) => parts.join('').replaceAll('`', '')),
        fc.string({ maxLength: 2 }),
        // A text node keeps what an HTML parser would change: carriage returns, NUL, lone surrogates.
        (text, query) => {
          expect(draw(text, needleOf(query)).textContent).to.equal(text);
        },
      ),
    );
  });

  const slow: [name: string, text: string][] = [
    ['closing brackets', `https://a.example/${')'.repeat(15_900)}`],
    ['full stops', `https://a.example/${'.'.repeat(15_900)}`],
    ['many links', 'https://a.example/))) '.repeat(700)],
    ['backticks', '`'.repeat(16_000)],
    ['fences that do not close', '```a\n'.repeat(3_200)],
    ['single backticks and line breaks', '`\n'.repeat(8_000)],
    ['clocks', `${'⌚'.repeat(31)}a`],
    ['hearts', `${'❤️'.repeat(15)}a`],
  ];
  for (const [name, text] of slow) {
    it(`is done at once with ${name}`, () => {
      const started = performance.now();
      splitText(text);
      isEmojiOnly(text);
      expect(performance.now() - started).to.be.lessThan(100);
    });
  }

  it('follows only http, https and mailto', () => {
    fc.assert(
      fc.property(
        fc.webUrl(),
        fc.constantFrom('javascript:', 'data:', 'blob:', 'file://', 'ws://', ''),
        (url, scheme) => {
          for (const href of hrefs(`${scheme}${url} ${url}`))
            expect(new URL(href).protocol).to.match(/^(https?|mailto):$/u);
        },
      ),
    );
  });
});

describe('a text on the screen', () => {
  const attacks = [
    '<img src=x onerror="window.hacked = true">',
    '<script>window.hacked = true</script>',
    '<svg/onload=window.hacked=true>',
    '"><iframe srcdoc="<script>parent.hacked=true</script>">',
    'https://a.example/"onmouseover="window.hacked=true',
    '${window.hacked = true}',
    '<!--?lit$1$--><b>',
    '```\n<img src=x onerror=window.hacked=true>\n```',
    '`<b onclick=x>`',
    '&lt;b&gt;',
  ];
  for (const attack of attacks) {
    it(`stays text: ${attack.replaceAll('\n', '⏎')}`, () => {
      const root = draw(attack, needleOf('b'));
      document.body.append(root);
      expect(root.querySelector(':not(a, code, pre, mark)')).to.equal(null);
      expect(root.textContent).to.equal(attack.replace(/^```\n|\n```$|^`|`$/gu, ''));
      expect((window as { hacked?: boolean }).hacked).to.equal(undefined);
      root.remove();
    });
  }

  it('opens links elsewhere, and tells nobody where from', () => {
    const link = draw('https://a.example/b').querySelector('a')!;
    expect(link.target).to.equal('_blank');
    expect(link.rel).to.equal('noopener noreferrer nofollow');
  });

  it('shows code without its backticks', () => {
    const root = draw('Set `RAMP=60`, then:\n```sh\nkiln \\\n  --hold\n```');
    expect(root.querySelector('code')!.textContent).to.equal('RAMP=60');
    expect(root.querySelector('pre')!.textContent).to.equal('kiln \\\n  --hold');
  });

  it('marks what is looked for in either case, special characters included', () => {
    const marks = [...draw('A.b a.B aXb https://a.b/', needleOf('a.b')).querySelectorAll('mark')];
    expect(marks.map(({ textContent }) => textContent)).to.deep.equal(['A.b', 'a.B', 'a.b']);
  });

  const emoji: [text: string, large: boolean][] = [
    ['😀', true],
    ['😀😍', true],
    ['👩‍👩‍👧‍👦 👍🏽', true],
    ['🇨🇭', true],
    ['❤️', true],
    ['7', false],
    ['#', false],
    ['™', false],
    ['😀 yes', false],
    [' ', false],
    ['', false],
    ['😀'.repeat(40), false],
  ];
  for (const [text, large] of emoji) {
    it(`${large ? 'is' : 'is not'} large when it is "${text.slice(0, 12)}"`, () =>
      expect(isEmojiOnly(text)).to.equal(large));
  }
});
