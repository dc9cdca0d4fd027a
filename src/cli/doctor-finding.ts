// What the doctor has found: of each thing that newcomers get wrong, how it is, and what to do about it.

export interface Finding {
  /** `unknown`: it could not be looked at. */
  readonly state: 'good' | 'warning' | 'bad' | 'unknown'
  /** What it is about: `delegation of example.com`. */
  readonly about: string
  readonly what: string
  /** What to do; where there is something to do. */
  readonly advice?: string
}

/** @returns what is wrong, first what is worst */
export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))

const ORDER: readonly Finding['state'][] = ['bad', 'warning', 'unknown', 'good']

export function formatFinding({ state, about, what, advice }: Finding): string {
  const line = `${state.padEnd(8)} ${about}: ${what}`
  return advice === undefined ? line : `${line}\n${' '.repeat(9)}→ ${advice}`
}

/** What can only be asked, and need not be answered. */
export async function lookAt(about: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    // Sockets, resolvers and the API each throw a sentence.
    return [{ state: 'unknown', about, what: error instanceof Error ? error.message : String(error) }]
  }
}
