// What is to be said about the smart host as it is typed: whether the way of sending fits it, and what its provider wants as password.
import { smartHostPresets, type SmartHostPreset } from '../../../../core/contract/presets.ts';
import type { SettingChanges, Settings } from '../../../../core/contract/settings.ts';

/** `host` without brackets, port and case. */
export function bareHost(field: string): string {
  return field.trim().toLowerCase().replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1').replace(/\.$/, '');
}

/**
 * @param ourselves names and addresses of this server; a smart host among them would send mail in circles
 * @returns a key below `isp.hint.`
 */
export function smartHostHint(host: string, mode: Settings['delivery.mode'], ourselves: readonly string[]): 'needs-host' | 'unused' | 'ourselves' | null {
  const bare = bareHost(host);
  if (bare === '') return mode === 'direct' ? null : 'needs-host';
  if (mode === 'direct') return 'unused';
  return ourselves.some((own) => own !== '' && own.toLowerCase() === bare) ? 'ourselves' : null;
}

/**
 * The way of sending while a smart host is typed. Who enters one, as the course says, wants his mail to go there, and need not know
 * that there are three ways; who takes it away again is back where he was. A way chosen by hand stays.
 */
export function modeWith(before: string, now: string, mode: Settings['delivery.mode'], original: Pick<Settings, 'delivery.smartHost' | 'delivery.mode'>): SettingChanges {
  if (original['delivery.smartHost'] !== '') return {};
  if (before === '' && now !== '' && mode === 'direct') return { 'delivery.mode': 'smart-host' };
  if (before !== '' && now === '' && mode === 'smart-host') return { 'delivery.mode': original['delivery.mode'] };
  return {};
}

/** The provider whose smart host is typed. */
export function providerOf(host: string): SmartHostPreset | undefined {
  return smartHostPresets.find((preset) => bareHost(preset.host) === bareHost(host));
}
