// What a server tells of itself in class CH (RFC 4892): TXT at names that BIND made customary, and their successors.

/** What a server calls itself; what is absent is told nobody. Printable ASCII, at most 255 characters each. */
export interface Identity {
  /** Which of several servers this is: NSID (RFC 5001), `id.server`, `hostname.bind`. */
  readonly server?: string | undefined
  /** `version.server`, `version.bind` */
  readonly version?: string | undefined
}

interface Entry {
  /** In lower case. */
  readonly name: Uint8Array
  /** The data of its TXT record. */
  readonly text: Uint8Array
}

export class Chaos {
  private readonly entries: readonly Entry[]

  constructor({ server, version }: Identity) {
    this.entries = [
      ...entriesOf(server, ['id', 'server'], ['hostname', 'bind']),
      ...entriesOf(version, ['version', 'server'], ['version', 'bind']),
    ]
  }

  /** The data of the TXT record at the name of `length` bytes at `at`. */
  find(m: Uint8Array, at: number, length: number): Uint8Array | undefined {
    for (let i = 0; i < this.entries.length; i++) {
      const { name, text } = this.entries[i]!
      if (isName(m, at, length, name)) return text
    }
    return undefined
  }
}

function entriesOf(text: string | undefined, ...names: readonly (readonly string[])[]): readonly Entry[] {
  if (text === undefined) return []
  const data = string(text)
  return names.map(labels => ({
    name: Uint8Array.from([...labels.flatMap(label => [...string(label)]), 0]),
    text: data,
  }))
}

/** A length byte and the characters: a label, or a string of a TXT record. */
const string = (text: string): Uint8Array => Uint8Array.from([text.length, ...Buffer.from(text, 'latin1')])

function isName(m: Uint8Array, at: number, length: number, name: Uint8Array): boolean {
  if (length !== name.length) return false
  for (let i = 0; i < length; i++) {
    const byte = m[at + i]!
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name[i]) return false
  }
  return true
}
