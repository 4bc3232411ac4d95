/// A page server of its own, to be run within a namespace: `page-process.ts <address>`. Says its origin; ends with its input.
import { PageServer } from '../../e2e/support/page-server.ts';

const pages = await PageServer.start(process.argv[2]);
process.stdout.write(`${pages.origin}\n`);
process.stdin.on('end', () => void pages.close()).resume();
