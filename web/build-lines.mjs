// What Go keeps of itself for tracebacks is a fifth of app.wasm: for each
// instruction its file and line, and the whole type of each generic function in
// its name. Nobody reads a line number out of a visitor's browser; the functions'
// names, which say where it stopped, stay. This empties the rest in the linked
// program, where it is told to be absent (an offset of 0 in the runtime's _func)
// and where zeros weigh nothing once packed. The data is then cut anew: long zeros
// are left out, as memory is zero when a program begins.
//
// The layout is that of the runtime's symtab.go and runtime2.go; another one of a
// later toolchain stops the build here, and is worth a look.

const magic = [0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]; // of the table, minimum size and pointers' size of wasm

/** Reads LEB128, which wasm and the runtime's tables share; signed for wasm's constants. */
function number(bytes, at, signed = false) {
  let value = 0n, shift = 0n, byte;
  do {
    byte = bytes[at++];
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
  } while (byte & 128);
  if (signed && byte & 64) value -= 1n << shift;
  return [Number(value), at];
}

/** The program's sections: which kind each is, where it begins, its size, and where it ends. */
function* sections(wasm) {
  for (let at = 8; at < wasm.length;) {
    const kind = wasm[at++];
    let size;
    [size, at] = number(wasm, at);
    yield [kind, at, size, at + size];
    at += size;
  }
}

/** The pieces of the program's memory: where each begins there, and its bytes in the file. */
function* pieces(wasm) {
  for (const [kind, from, , end] of sections(wasm)) {
    if (kind !== 11) continue;
    let [count, at] = number(wasm, from);
    while (count-- > 0) {
      let flags, address, length;
      [flags, at] = number(wasm, at);
      if (flags !== 0 || wasm[at++] !== 0x41) throw new Error("app.wasm has data of another kind now: look at build-lines.mjs");
      [address, at] = number(wasm, at, true);
      [length, at] = number(wasm, at + 1); // behind the expression's end
      yield { address, bytes: wasm.subarray(at, at + length) };
      at += length;
    }
    if (at !== end) throw new Error("app.wasm's data ends elsewhere now: look at build-lines.mjs");
  }
}

/** The memory as it is when the program begins, in one piece. */
function lay(parts) {
  const memory = Buffer.alloc(Math.max(...parts.map((p) => p.address + p.bytes.length)));
  for (const p of parts) p.bytes.copy(memory, p.address);
  return memory;
}

/** Writes LEB128; signed for wasm's constants. */
function leb(n, signed = false) {
  const bytes = [];
  for (;;) {
    const byte = n & 127;
    n >>= 7;
    if (signed ? (n === 0 && byte < 64) || (n === -1 && byte >= 64) : n === 0) return Buffer.from([...bytes, byte]);
    bytes.push(byte | 128);
  }
}

/** So many zeros are left out of the data; for fewer, the next piece's head weighs more. */
const longZeros = 64;

/** The program with its memory in as few pieces as are worth it. Go's linker makes a hundred thousand. */
function laid(wasm, memory, begin) {
  const list = [];
  for (let at = begin; ;) {
    while (at < memory.length && memory[at] === 0) at++;
    if (at >= memory.length) break;
    let end = at;
    for (let zeros = 0; zeros < longZeros && end + zeros < memory.length;) {
      if (memory[end + zeros] === 0) zeros++;
      else [end, zeros] = [end + zeros + 1, 0];
    }
    list.push(Buffer.from([0, 0x41]), leb(at, true), Buffer.from([0x0b]), leb(end - at), memory.subarray(at, end));
    at = end;
  }
  const content = Buffer.concat([leb(list.length / 5), ...list]);
  const whole = [wasm.subarray(0, 8)];
  for (const [kind, from, size, next] of sections(wasm)) {
    if (kind === 11) whole.push(Buffer.from([11]), leb(content.length), content);
    else whole.push(Buffer.from([kind]), leb(size), wasm.subarray(from, next));
  }
  return Buffer.concat(whole);
}

/** Where the table that begins at an offset ends: pairs of a change and a distance, and a 0. */
function tableEnd(table, at) {
  for (let first = true; ; first = false) {
    let change;
    [change, at] = number(table, at);
    if (change === 0 && !first) return at;
    [, at] = number(table, at);
  }
}

/** Gives the program without the file and line of each instruction, and without the types in generic functions' names. */
export function dropLines(wasm) {
  const parts = [...pieces(wasm)];
  const memory = lay(parts);
  const begin = memory.indexOf(Buffer.from(magic));
  if (begin < 0) throw new Error("app.wasm has no table of functions of the known kind: look at build-lines.mjs");
  const word = (i) => Number(memory.readBigUInt64LE(begin + 8 * i));
  const [functions, names, units, , tables, list] = [word(1), word(4), word(5), word(6), word(7), word(8)].map((n, i) => (i === 0 ? n : begin + n));

  const table = memory.subarray(tables, list);
  const kept = new Uint8Array(table.length);
  kept[0] = 1;
  for (let i = 0; i < functions; i++) {
    const f = list + memory.readUInt32LE(list + 8 * i + 4);
    const data = memory.readUInt32LE(f + 28);
    const offsets = [memory.readUInt32LE(f + 16)];
    for (let k = 0; k < data; k++) offsets.push(memory.readUInt32LE(f + 44 + 4 * k));
    for (const offset of offsets) if (offset !== 0) kept.fill(1, offset, tableEnd(table, offset));
    memory.fill(0, f + 20, f + 28); // pcfile, pcln
    memory.fill(0, f + 32, f + 40); // cuOffset, startLine
  }
  for (let i = 0; i < table.length; i++) if (!kept[i]) table[i] = 0;
  memory.fill(0, units, tables); // which files there are

  for (let at = names; at < units;) {
    const end = memory.indexOf(0, at);
    const name = memory.toString("utf8", at, end);
    const open = name.indexOf("["), close = name.lastIndexOf("]");
    if (open >= 0 && close > open) {
      memory.fill(0, at, end);
      memory.write(`${name.slice(0, open)}[...]${name.slice(close + 1)}`.slice(0, end - at), at);
    }
    at = end + 1;
  }
  return laid(wasm, memory, Math.min(...parts.map((p) => p.address)));
}
