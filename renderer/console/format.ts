// Numbers, sizes and times as the console shows them. Times are ISO-like, as in the log files, so that they sort and match.

const pad = (value: number) => String(value).padStart(2, '0');

/** 2026-11-24 08:10 */
export function dateTime(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** 08:10 today, 11-24 08:10 on another day: for narrow columns */
export function nearTime(at: number, now: number): string {
  const text = dateTime(at);
  return text.slice(text.startsWith(dateTime(now).slice(0, 10)) ? 11 : 5);
}

/** 08:10:32 */
export function time(at: number): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Tue 2026-11-24 08:10:32: as each line of the log files begins. */
export function logStamp(at: number): string {
  const date = new Date(at);
  return `${weekdays[date.getDay()] ?? ''} ${dateTime(at)}:${pad(date.getSeconds())}:`;
}

/** 17 B, 4.2 KB, 1.3 MB, 12 GB */
export function size(bytes: number, language: string): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[unit] ?? ''}`;
}

export function count(value: number, language: string): string {
  return value.toLocaleString(language);
}

/** 0:07, 12:45, 1:02:33 */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

const ageUnits = { en: ['min', 'h', 'd'], id: ['mnt', 'jam', 'hr'] } as const;

/** 12 min, 3 h, 4 d: the largest unit that fits. */
export function age(ms: number, language: 'en' | 'id'): string {
  const [minute, hour, day] = ageUnits[language];
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} ${minute}`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} ${hour}` : `${Math.floor(minutes / 1440)} ${day}`;
}
