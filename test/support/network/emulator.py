#!/usr/bin/env python3
"""A network between namespaces of this machine, made in user space: for kernels without netem.

    emulator.py PREFIX NAME=ADDRESS [NAME=ADDRESS ...]

Makes a network namespace PREFIX-NAME with one TUN device for each NAME, routes IPv4 packets between them by their
destination and does to them what it was told. Needs root, iproute2 and /dev/net/tun. Says one line of JSON when the
network is up; then reads commands from its standard input, one JSON object a line, and answers each with one line:

    {"between": ["a", "b"], "delay_ms": 20}    for packets from a to b and from b to a; what is not named stays
    {"from": "a", "to": "b", "cut": true}      for one direction
    {"everywhere": true, "loss": 0.1}          for all, whatever was said of single pairs
    {"move": "a", "address": "198.18.0.9"}     the device of a has another address from now on, and only that
    {"stats": true}                            counts since the start

Conditions: delay_ms and jitter_ms (one way), loss, duplicate and reorder (shares, 0 to 1), rate (bytes a second, 0 for
no bound), cut (nothing passes). The namespaces are deleted when the standard input ends. SEED in the environment makes
its chances repeatable.
"""

import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
MTU = 1400
# A reader takes so many packets of one device before it looks at the others.
BURST = 256
# Packets that would wait longer for their turn at a bounded rate are dropped, as a full router does.
LONGEST_QUEUE_S = 1.0
# A repeated packet comes so much later.
DUPLICATE_AFTER_S = 0.002


@dataclass(frozen=True)
class Conditions:
    """What happens to packets in one direction between two nodes."""

    delay_ms: float = 0
    jitter_ms: float = 0
    loss: float = 0
    duplicate: float = 0
    reorder: float = 0
    rate: float = 0
    cut: bool = False


@dataclass
class Stats:
    forwarded: int = 0
    bytes: int = 0
    lost: int = 0
    cut: int = 0
    duplicated: int = 0
    overflowed: int = 0


@dataclass
class Node:
    """One namespace with its device."""

    name: str
    namespace: str
    address: bytes = b""
    device: int = field(default=-1)

    @property
    def interface(self) -> str:
        # Names have at most 15 characters and live in the first namespace until they are moved.
        return f"rc{os.getpid() % 100_000}{self.name}"[:15]

    def up(self, text: str) -> None:
        self.device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        interface = self.interface
        request = struct.pack("16sH22x", interface.encode(), IFF_TUN | IFF_NO_PI)
        fcntl.ioctl(self.device, TUNSETIFF, request)
        run("ip", "netns", "add", self.namespace)
        run("ip", "link", "set", interface, "netns", self.namespace)
        inside = ("ip", "-n", self.namespace)
        run(*inside, "link", "set", interface, "mtu", str(MTU), "up", "txqueuelen", "5000")
        run(*inside, "link", "set", "lo", "up")
        self.settle(text)

    def settle(self, text: str) -> None:
        """From now on the node has this address, and only this one."""
        inside = ("ip", "-n", self.namespace)
        self.address = bytes(int(part) for part in text.split("."))
        run(*inside, "addr", "flush", "dev", self.interface)
        run(*inside, "addr", "add", f"{text}/24", "dev", self.interface)
        # The routes went with the address.
        run(*inside, "route", "replace", "default", "dev", self.interface)

    def down(self) -> None:
        subprocess.run(("ip", "netns", "del", self.namespace), stderr=subprocess.DEVNULL, check=False)


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class Emulator:
    def __init__(self, nodes: list[Node], seed: int) -> None:
        self.nodes = {node.name: node for node in nodes}
        self.by_device = {node.device: node for node in nodes}
        self.by_address = {node.address: node for node in nodes}
        self.chances = random.Random(seed)
        self.stats = Stats()
        self.everywhere = Conditions()
        self.pairs: dict[tuple[str, str], Conditions] = {}
        # When the line of a direction with a bounded rate is free again.
        self.free_at: dict[tuple[str, str], float] = {}
        # What is under way: (due, number, device, packet); the number keeps what is due at once in order.
        self.under_way: list[tuple[float, int, int, bytes]] = []
        self.number = 0

    def tell(self, command: dict) -> dict:
        if command.pop("stats", False):
            return asdict(self.stats)
        if command.pop("everywhere", False):
            self.everywhere = replace(self.everywhere, **command)
            self.pairs.clear()
            return {"ok": True}
        if "move" in command:
            return self.move(self.nodes[command["move"]], command["address"])
        if "between" in command:
            first, second = command.pop("between")
            directions = [(first, second), (second, first)]
        else:
            directions = [(command.pop("from"), command.pop("to"))]
        for direction in directions:
            if not set(direction) <= self.nodes.keys():
                raise ValueError(f"no such nodes: {direction}")
            now = self.pairs.get(direction, self.everywhere)
            self.pairs[direction] = replace(now, **command)
        return {"ok": True}

    def move(self, node: Node, text: str) -> dict:
        del self.by_address[node.address]
        node.settle(text)
        self.by_address[node.address] = node
        return {"ok": True}

    def take(self, node: Node) -> None:
        """Reads what a node has sent and decides what becomes of it."""
        for _ in range(BURST):
            try:
                packet = os.read(node.device, 65_536)
            except BlockingIOError:
                return
            if len(packet) < 20 or packet[0] >> 4 != 4:
                continue
            receiver = self.by_address.get(packet[16:20])
            if receiver is not None:
                self.send(packet, (node.name, receiver.name), receiver.device)

    def send(self, packet: bytes, direction: tuple[str, str], device: int) -> None:
        conditions = self.pairs.get(direction, self.everywhere)
        if conditions.cut:
            self.stats.cut += 1
            return
        if conditions.loss and self.chances.random() < conditions.loss:
            self.stats.lost += 1
            return
        due = time.monotonic()
        if conditions.rate:
            free = max(self.free_at.get(direction, due), due)
            if free - due > LONGEST_QUEUE_S:
                self.stats.overflowed += 1
                return
            due = free + len(packet) / conditions.rate
            self.free_at[direction] = due
        if not (conditions.reorder and self.chances.random() < conditions.reorder):
            due += (conditions.delay_ms + self.chances.random() * conditions.jitter_ms) / 1_000
        self.post(due, device, packet)
        if conditions.duplicate and self.chances.random() < conditions.duplicate:
            self.stats.duplicated += 1
            self.post(due + DUPLICATE_AFTER_S, device, packet)

    def post(self, due: float, device: int, packet: bytes) -> None:
        self.number += 1
        heapq.heappush(self.under_way, (due, self.number, device, packet))

    def deliver(self) -> None:
        """Hands over what is due."""
        now = time.monotonic()
        while self.under_way and self.under_way[0][0] <= now:
            _, _, device, packet = heapq.heappop(self.under_way)
            try:
                os.write(device, packet)
            except OSError:
                self.stats.overflowed += 1
                continue
            self.stats.forwarded += 1
            self.stats.bytes += len(packet)

    def work(self) -> None:
        """Until the standard input ends."""
        commands = b""
        devices = list(self.by_device)
        while True:
            wait = max(0.0, self.under_way[0][0] - time.monotonic()) if self.under_way else None
            readable, _, _ = select.select([0, *devices], [], [], wait)
            for device in readable:
                if device != 0:
                    self.take(self.by_device[device])
                    continue
                received = os.read(0, 65_536)
                if not received:
                    return
                *lines, commands = (commands + received).split(b"\n")
                for line in lines:
                    answer(self.obey(line))
            self.deliver()

    def obey(self, line: bytes) -> dict:
        try:
            return self.tell(json.loads(line))
        except (KeyError, TypeError, ValueError) as fault:
            return {"error": str(fault)}


def answer(value: dict) -> None:
    print(json.dumps(value), flush=True)


def main(prefix: str, *specifications: str) -> None:
    # Who stops us by a signal still wants the namespaces gone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nodes: list[Node] = []
    try:
        for specification in specifications:
            name, text = specification.split("=")
            nodes.append(Node(name, f"{prefix}-{name}"))
            nodes[-1].up(text)
        emulator = Emulator(nodes, int(os.environ.get("SEED", "1")))
        answer({"ok": True})
        emulator.work()
    finally:
        for node in nodes:
            node.down()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
