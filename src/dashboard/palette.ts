// A colour for each region, told apart also by those who see colours differently (after Okabe and Ito, and Tol).

/** In pairs that differ in lightness, so that neighbours in the list do not meet in grey. */
const HUES = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#8c6bb1',
  '#b8a500',
  '#44aa99',
  '#882255',
  '#6699cc',
  '#aa7744',
] as const

export const NO_REGION = 'var(--faint)'

/** By the place in the document: an edit at the end of it changes no colour. */
export function colourOf(regionIds: readonly string[], id: string | undefined): string {
  const at = id === undefined ? -1 : regionIds.indexOf(id)
  return at < 0 ? NO_REGION : HUES[at % HUES.length]!
}
