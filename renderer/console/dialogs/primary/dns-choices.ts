// The DNS servers that a person may choose from: his own pairs first, then those of the course's table as printed there, then those of today.
import { dnsPresets } from '../../../../core/contract/presets.ts';
import type { Settings } from '../../../../core/contract/settings.ts';

type OwnPreset = Settings['dns.presets'][number];

export interface DnsChoice {
  readonly id: string;
  readonly kind: 'own' | 'course' | 'current';
  readonly name: string;
  readonly primary: string;
  readonly backup: string;
}

export function dnsChoices(own: readonly OwnPreset[]): readonly DnsChoice[] {
  return [
    ...own.map((preset) => ({ ...preset, id: `own ${preset.name}`, kind: 'own' as const })),
    ...dnsPresets.map(({ historic, ...preset }) => ({ ...preset, id: `known ${preset.name}`, kind: historic ? 'course' as const : 'current' as const })),
  ];
}

/** The choice that the two fields amount to. */
export function choiceOf(choices: readonly DnsChoice[], primary: string, backup: string): DnsChoice | undefined {
  return choices.find((choice) => choice.primary === primary && choice.backup === backup);
}

/** A pair kept under a name takes the place of one that has the name already. */
export function keepPreset(own: readonly OwnPreset[], preset: OwnPreset): OwnPreset[] {
  return [...own.filter(({ name }) => name.toLowerCase() !== preset.name.toLowerCase()), preset];
}
