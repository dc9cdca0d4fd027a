// Rollovers as data (RFC 6781 §4.1, RFC 7583): what is published, what signs, and what the parent should have in each stage, and
// what each stage waits for. A stage may follow another where whatever resolvers still remember of the one goes with whatever
// they get of the other.

/** Of the keys before a rollover, and of those after it. */
export type Who = 'old' | 'both' | 'new'

/** For the parent besides: nothing is said to it, or that it should have no DS at all (RFC 8078 §4). */
export type AtParent = Who | 'unsaid' | 'nothing'

/**
 * Until resolvers have forgotten the DNSKEY set that was there before the stage, all other sets, or the DS set that was there
 * before the parent had what it should.
 */
export type Wait = 'keys' | 'zone' | 'parent'

export interface Stage {
  /** What is done when it begins, in words. */
  readonly does: string
  readonly published: Who
  readonly signsKeys: Who
  readonly signsZone: Who
  readonly atParent: AtParent
  /** Nothing: it rests there. */
  readonly waits: readonly Wait[]
}

export const ROLLOVER_KINDS = ['csk', 'ksk', 'zsk', 'algorithm', 'sign', 'unsign'] as const
export type RolloverKind = (typeof ROLLOVER_KINDS)[number]

const stage = (
  does: string,
  [published, signsKeys, signsZone, atParent]: readonly [Who, Who, Who, AtParent],
  ...waits: readonly Wait[]
): Stage => ({ does, published, signsKeys, signsZone, atParent, waits })

/** RFC 6781 §4.1.1.1, pre-publish: every resolver has the new key before anything is signed with it. */
const ZSK = [
  stage('the new key is published', ['both', 'old', 'old', 'old'], 'keys'),
  stage('the new key signs the zone, the old one stays published', ['both', 'old', 'new', 'old'], 'zone'),
]

/** RFC 7583 §3.3.2, double DS: the parent knows both keys before one takes the place of the other. */
const KSK = [
  stage('the parent is asked for the DS of both keys', ['old', 'old', 'old', 'both'], 'parent'),
  stage('the new key takes the place of the old one', ['new', 'new', 'new', 'both'], 'keys'),
  stage('the parent is asked for the DS of the new key only', ['new', 'new', 'new', 'new'], 'parent'),
]

/** The new key is published and signs the keys before the parent knows it, and signs the zone when all have it. */
const CSK = [
  stage('the new key is published and signs the keys', ['both', 'both', 'old', 'old'], 'keys'),
  stage(
    'the new key signs the zone, and the parent is asked for its DS only',
    ['both', 'both', 'new', 'new'],
    'zone',
    'parent',
  ),
]

/**
 * RFC 6781 §4.1.4, the conservative way: signatures of an algorithm are everywhere before a key of it is, and there until it is
 * gone, since a validator may ask for all algorithms that it sees keys of (RFC 4035 §2.2).
 */
const ALGORITHM = [
  stage('both keys sign the zone, the new one is not published yet', ['old', 'old', 'both', 'old'], 'zone'),
  stage('the new key is published and signs the keys', ['both', 'both', 'both', 'old'], 'keys'),
  stage('the parent is asked for the DS of the new key only', ['both', 'both', 'both', 'new'], 'parent'),
  stage('the old key is no longer published, and still signs the zone', ['new', 'new', 'both', 'new'], 'keys'),
]

/** RFC 6781 §4.2: with as few waits as keep the zone secure, since the old key may be in other hands. */
const EMERGENCY = {
  zsk: [stage('both keys are published and sign the zone', ['both', 'both', 'both', 'old'], 'keys', 'zone')],
  ksk: [
    stage('both keys are published and sign the keys', ['both', 'both', 'both', 'old'], 'keys'),
    stage('the parent is asked for the DS of the new key only', ['both', 'both', 'both', 'new'], 'parent'),
  ],
  csk: [
    stage('both keys are published and sign everything', ['both', 'both', 'both', 'old'], 'keys', 'zone'),
    stage('the parent is asked for the DS of the new key only', ['both', 'both', 'both', 'new'], 'parent'),
  ],
} as const

/** A zone that was not signed: the parent hears of the key when nobody remembers answers without signatures, or other keys. */
const SIGN = [
  stage('the zone is signed, the parent is not asked for a DS yet', ['new', 'new', 'new', 'unsaid'], 'keys', 'zone'),
]

/** RFC 8078 §4. Signed until it is taken out of the document, which is safe when this is over. */
const UNSIGN = [
  stage('the parent is asked to have no DS', ['new', 'new', 'new', 'nothing'], 'parent'),
  stage('the zone may be taken out of signing in the document', ['new', 'new', 'new', 'nothing']),
]

const STAGES: Readonly<Record<RolloverKind, readonly Stage[]>> = {
  csk: CSK,
  ksk: KSK,
  zsk: ZSK,
  algorithm: ALGORITHM,
  sign: SIGN,
  unsign: UNSIGN,
}

/** A rollover that is under way; JSON. All times are seconds since 1970. */
export interface Rollover {
  readonly kind: RolloverKind
  readonly emergency: boolean
  /** Keys that leave, and those that come, by their files; the other keys of the zone stay. */
  readonly old: readonly string[]
  readonly new: readonly string[]
  readonly stage: number
  /** When the stage began. */
  readonly since: number
  /** Since when the parent has been seen to have what it should in this stage, if it has. */
  readonly seen?: number
  /** The longest TTL of the zone, and of the DS at the parent, since the rollover began, seconds; 0 where no DS was seen. */
  readonly zoneTtl: number
  readonly dsTtl: number
  readonly actor: string
  readonly reason: string
}

export const hasEmergency = (kind: RolloverKind): kind is keyof typeof EMERGENCY => Object.hasOwn(EMERGENCY, kind)

export const stagesOf = ({ kind, emergency }: Pick<Rollover, 'kind' | 'emergency'>): readonly Stage[] =>
  emergency && hasEmergency(kind) ? EMERGENCY[kind] : STAGES[kind]

/** Whether nothing depends on it yet. That the zone is signed is taken back in the document. */
export const isReversible = ({ kind, stage }: Pick<Rollover, 'kind' | 'stage'>): boolean =>
  kind === 'unsign' || (stage === 0 && kind !== 'sign')

/** Of a zone that was not signed before. @param now seconds since 1970 */
export const signing = (zoneTtl: number, now: number): Rollover => ({
  kind: 'sign',
  emergency: false,
  old: [],
  new: [],
  stage: 0,
  since: Math.floor(now),
  zoneTtl,
  dsTtl: 0,
  actor: 'meridian',
  reason: 'the zone was not signed before',
})
