// Addresses of accounts that fit what is typed, for boxes that offer them.
import { useEffect, useState } from 'react';
import { useConsole } from '../console.ts';

const offered = 50;

export function useMatchingAccounts(typed: string): readonly string[] {
  const console = useConsole();
  const [addresses, setAddresses] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    console.api().accounts.list({ search: typed.split('@')[0] ?? '', limit: offered }).then(({ accounts }) => { if (current) setAddresses(accounts.map(({ address }) => address)); }, () => undefined);
    return () => { current = false; };
  }, [console, typed]);
  return addresses;
}
