import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { describeStore } from './support/store-contract.ts';

describeStore('MemoryStore', { create: () => Promise.resolve(new MemoryStore()) });
