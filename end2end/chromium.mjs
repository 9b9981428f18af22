// Launch options for the system's Chromium, without background network traffic.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const finder = fileURLToPath(new URL('../scripts/chromium.sh', import.meta.url));

export function launchOptions() {
    return {
        executablePath: execFileSync(finder, { encoding: 'utf8' }).trim(),
        args: [
            // Chromium refuses to start as root with its sandbox, and containers rarely allow one.
            '--no-sandbox',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--no-first-run',
            // /dev/shm is too small in containers.
            '--disable-dev-shm-usage',
        ],
    };
}
