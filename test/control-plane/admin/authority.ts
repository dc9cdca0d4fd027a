// An authority of a test, made with openssl: certificates for servers and clients, and lists of what it has taken back.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Issued {
  readonly cert: Buffer
  readonly key: Buffer
}

export interface Wanted {
  /** `/CN=alice/O=sre` */
  readonly subject: string
  /** `URI:spiffe://a/b` */
  readonly names?: string
  readonly usage?: 'clientAuth' | 'serverAuth'
  /** As openssl writes it: `20200101000000Z`. */
  readonly from?: string
  readonly until?: string
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export class Authority {
  /** PEM. */
  readonly certificate: Buffer
  private readonly folder: string
  private count = 0

  /** @param folder that is there, and empty */
  constructor(folder: string, name: string) {
    this.folder = folder
    mkdirSync(join(folder, 'new'))
    writeFileSync(join(folder, 'index.txt'), '')
    writeFileSync(join(folder, 'serial'), '1000\n')
    writeFileSync(join(folder, 'crlnumber'), '1000\n')
    writeFileSync(
      join(folder, 'ca.cnf'),
      `[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = new
serial = serial
crlnumber = crlnumber
certificate = ca.crt
private_key = ca.key
default_md = sha256
default_days = 2
default_crl_days = 2
unique_subject = no
policy = any
[any]
commonName = optional
organizationName = optional
organizationalUnitName = optional
`,
    )
    this.openssl('req', '-x509', ...EC, '-days', '2', '-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.crt')
    this.certificate = this.read('ca.crt')
  }

  issue({ subject, names, usage = 'clientAuth', from, until }: Wanted): Issued {
    const name = `${++this.count}`
    this.openssl('req', '-new', ...EC, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const lines = [`extendedKeyUsage=${usage}`, ...(names === undefined ? [] : [`subjectAltName=${names}`])]
    writeFileSync(join(this.folder, `${name}.ext`), `${lines.join('\n')}\n`)
    const dates = [
      ...(from === undefined ? [] : ['-startdate', from]),
      ...(until === undefined ? [] : ['-enddate', until]),
    ]
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`]
    this.openssl('ca', '-config', 'ca.cnf', '-batch', '-notext', '-preserveDN', ...dates, ...files)
    return { cert: this.read(`${name}.crt`), key: this.read(`${name}.key`) }
  }

  /** The list of what was taken back, after this one was as well. PEM. */
  revoke(...issued: readonly Issued[]): Buffer {
    for (const { cert } of issued) {
      writeFileSync(join(this.folder, 'gone.crt'), cert)
      this.openssl('ca', '-config', 'ca.cnf', '-revoke', 'gone.crt')
    }
    this.openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'list.crl')
    return this.read('list.crl')
  }

  private read(name: string): Buffer {
    return readFileSync(join(this.folder, name))
  }

  private openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { cwd: this.folder, stdio: 'pipe' })
  }
}
