// Date and time as mail headers write them: RFC 5322 §3.3, in the time zone of this computer.
// Called for trace headers and for messages made here.

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * @param at epoch milliseconds
 * @param offsetMinutes minutes east of UTC; by default those of this computer at that time
 * @returns such as `Mon, 3 Mar 2003 09:05:07 +0700`
 */
export function formatMailDate(at: number, offsetMinutes: number = -new Date(at).getTimezoneOffset()): string {
  const shifted = new Date(at + offsetMinutes * 60_000);
  const time = [shifted.getUTCHours(), shifted.getUTCMinutes(), shifted.getUTCSeconds()].map(twoDigits).join(':');
  const minutes = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}${twoDigits(minutes % 60)}`;
  return `${days[shifted.getUTCDay()] ?? ''}, ${shifted.getUTCDate()} ${months[shifted.getUTCMonth()] ?? ''} ${shifted.getUTCFullYear()} ${time} ${zone}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
