// Certificates of the proof, made by openssl in a folder: an authority, and what it has signed or has not.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const settings = name => `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
unique_subject = no
policy = names
x509_extensions = extensions
[names]
commonName = supplied
[extensions]
subjectAltName = DNS:${name}
`

/** `good`, `expired` and `other` (another name) are signed by the authority `ca`; `own` is signed by itself. */
export function makeCertificates(folder) {
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  writeFileSync(join(folder, 'index'), '')
  openssl('req', ...key, '-x509', '-days', '3650', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=authority')
  const sign = (name, subject, end, ...more) => {
    writeFileSync(join(folder, 'ca.cnf'), settings(subject))
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`)
    const dates = ['-startdate', '20200101000000Z', '-enddate', `${end}000000Z`]
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-rand_serial',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.crt`,
      '-notext',
      ...dates,
      ...more,
    )
  }
  const byCa = ['-cert', 'ca.crt', '-keyfile', 'ca.key']
  sign('good', 'api.test', '20491231', ...byCa)
  sign('expired', 'api.test', '20210101', ...byCa)
  sign('other', 'elsewhere.test', '20491231', ...byCa)
  openssl(
    'req',
    ...key,
    '-x509',
    '-days',
    '3650',
    '-keyout',
    'own.key',
    '-out',
    'own.crt',
    '-subj',
    '/CN=api.test',
    '-addext',
    'subjectAltName=DNS:api.test',
  )
  return join(folder, 'ca.crt')
}
