// What another system is given: files, and everything of the document that it cannot be told, or will do differently.
import type { Finding } from '../migrate/draft.js'

export interface ExportedFile {
  /** Without a folder: `example.com.yaml`. */
  readonly name: string
  readonly text: string
}

export interface Exported {
  readonly files: readonly ExportedFile[]
  readonly findings: readonly Finding[]
}

/** What is lost, each thing once. */
export class Told {
  readonly findings: Finding[] = []

  lose(where: string, what: string): void {
    if (!this.findings.some(known => known.where === where && known.what === what)) this.findings.push({ where, what })
  }
}
