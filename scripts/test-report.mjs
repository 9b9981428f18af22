// Reads the reports of the test runners (nextest's JUnit XML, Playwright's JSON) and prints the slowest tests, and each
// test that failed or passed only at a second attempt, with the first lines of its fault.
//
// Usage: node scripts/test-report.mjs JUNIT_XML PLAYWRIGHT_JSON      a report that is missing is left out

import { existsSync, readFileSync } from 'node:fs';

const SLOWEST = 20;
const FAULT_LINES = 12;

const [junit, playwright] = process.argv.slice(2);
const tests = [...rustTests(junit), ...browserTests(playwright)];

const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
console.log(`\nThe slowest ${slowest.length} of ${tests.length} tests:`);
for (const { seconds, name } of slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);

for (const { name, outcome, fault } of tests) {
    if (outcome === 'passed') continue;
    console.log(`\n${outcome}: ${name}`);
    for (const line of fault.split('\n').filter((line) => line.trim()).slice(0, FAULT_LINES)) console.log(`    ${line}`);
}

/** The test cases of a JUnit file as nextest writes it. */
function rustTests(file) {
    if (!existsSync(file)) return [];
    const cases = readFileSync(file, 'utf8').matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
    return [...cases].map(([, attributes, body = '']) => {
        const attribute = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
        const fault = /<(failure|error|flakyFailure)\b[^>]*>([\s\S]*?)<\/\1>/.exec(body);
        const outcome = !fault ? 'passed' : fault[1] === 'flakyFailure' ? 'flaky' : 'failed';
        return {
            name: `${attribute('classname')} ${attribute('name')}`,
            seconds: Number(attribute('time')),
            outcome,
            fault: decoded(fault?.[2] ?? ''),
        };
    });
}

function decoded(text) {
    const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => entities[name]);
}

/** The tests of Playwright's JSON report, whose suites are nested. */
function browserTests(file) {
    if (!existsSync(file)) return [];
    const found = [];
    const visit = (suite, path) => {
        for (const spec of suite.specs ?? []) {
            for (const test of spec.tests) {
                const errors = test.results.flatMap(({ errors }) => errors.map(({ message = '' }) => message));
                found.push({
                    name: [test.projectName, ...path, spec.title].join(' › '),
                    seconds: Math.max(0, ...test.results.map(({ duration }) => duration)) / 1000,
                    outcome: { expected: 'passed', skipped: 'passed', flaky: 'flaky' }[test.status] ?? 'failed',
                    fault: errors.join('\n').replace(/\u001b\[[0-9;]*m/g, ''),
                });
            }
        }
        for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
    };
    for (const suite of JSON.parse(readFileSync(file, 'utf8')).suites) visit(suite, [suite.title]);
    return found;
}
