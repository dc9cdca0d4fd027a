// The public half of a key in its file: a DNSKEY record in the form of zone files.
import { KeyFileError } from '../../dns/dnssec-key-file.js'
import { type Name, NameError, parseName } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { RdataError } from '../../dns/presentation.js'
import { encodeRdata } from '../../dns/rdata.js'

/** RFC 4034 §2.1.1, of the data of a DNSKEY record. */
export const flagsOf = (dnskey: Uint8Array): number => (dnskey[0]! << 8) | dnskey[1]! // no data is shorter

/** The DNSKEY record in the file of a public key. @throws KeyFileError */
export function publicHalf(text: string): { readonly owner: Name; readonly rdata: Uint8Array } {
  const [, name, data] = /^([^\s;]+)\s(?:.*\s)?DNSKEY\s+([^;\n]+)/m.exec(text) ?? []
  if (name === undefined) throw new KeyFileError('has no DNSKEY record')
  try {
    return {
      owner: parseName(name),
      rdata: encodeRdata(TYPE.DNSKEY, data!.replaceAll(/[()]/g, ' ').trim(), parseName('.')),
    } // it is there where the name is
  } catch (error) {
    if (error instanceof NameError || error instanceof RdataError)
      throw new KeyFileError(`has no DNSKEY record that can be read: ${error.message}`)
    throw error
  }
}
