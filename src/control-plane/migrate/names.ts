// Names and data of other systems in the form of a traffic document: relative owners, full names, decimal escapes (RFC 1035 §5.1).

/** `WWW.Example.com.` in the zone `example.com` is `www`, the zone itself `@`; undefined: it is not in the zone. */
export function ownerIn(zone: string, name: string): string | undefined {
  const [full, apex] = [withoutDot(name).toLowerCase(), withoutDot(zone).toLowerCase()]
  if (full === apex) return '@'
  return full.endsWith(`.${apex}`) ? full.slice(0, -apex.length - 1) : undefined
}

export const withoutDot = (name: string): string => name.replace(/\.$/, '')
export const withDot = (name: string): string => `${withoutDot(name)}.`

/** Which words of a record's data are names, from the end: -1 is the last. */
const NAMES: Readonly<Record<string, number>> = {
  CNAME: 0,
  DNAME: 0,
  NS: 0,
  PTR: 0,
  MX: 1,
  SRV: 3,
  NAPTR: 5,
  SVCB: 1,
  HTTPS: 1,
}

/** Names in record data that are always full, with the dot that says so; others are relative to the zone here. */
export function withFullNames(type: string, data: string): string {
  const place = NAMES[type]
  if (place === undefined) return data
  const words = data.trim().split(/\s+/)
  const name = words[place]
  if (name === undefined) return data
  words[place] = withDot(name)
  return words.join(' ')
}

/** `\052` in octal is `*`, in a zone file `\042`. @param bare whether a character that needs no escape loses it */
export function fromOctal(text: string, bare = false): string {
  return text.replace(/\\([0-3][0-7][0-7])/g, (_, digits: string) => {
    const code = Number.parseInt(digits, 8)
    const character = String.fromCharCode(code)
    return bare && /[!-~]/.test(character) && !/[.\\"]/.test(character)
      ? character
      : `\\${String(code).padStart(3, '0')}`
  })
}

/** The first label of the name is what stands before the at sign (RFC 1035 §8). */
export const mailboxOf = (name: string): string =>
  withoutDot(name).replace(/^((?:[^.\\]|\\.)+)\./, (_, local: string) => `${local.replaceAll('\\.', '.')}@`)
