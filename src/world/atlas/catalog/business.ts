// Business, finance and mathematics: where numbers are read, passed on and computed with.
import { category, company, counted, currency, field, number, price, some, year } from './spec.ts';
import type { Input, Unit } from './spec.ts';

const amounts = (...units: Unit[]): Input[] => ['a', 'b'].map((name) => ({ kind: 'amount', name, units }));
const addable = amounts('money', 'count', 'people', 'minutes', 'plain');
const comparable = amounts('money', 'count', 'people', 'minutes', 'year', 'points', 'degrees', 'plain');
const shareable = amounts('money', 'people', 'minutes', 'plain');

/** At most two decimals, as prices have; also takes off the dust of binary fractions. */
const cents = (x: number): number => Math.round(x * 100) / 100;

export const business = category('Business', [
  ['boss', 'firm ledger', 'Head of a company.', [company()], [
    field('boss', some('person'), [
      'the boss of {company}', 'the person who runs {company}', 'the head of {company}', 'whoever leads {company}', '{company}\'s boss'],
    ['the one in charge at {company}', 'the chief of {company}']),
  ]],
  ['seat', 'firm', 'City where a company is based.', [company()], [
    field('city', some('city'), [
      'the seat of {company}', 'the city where {company} is based', 'the home city of {company}', 'the city {company} works from',
      '{company}\'s home city'], ['the city that houses {company}', 'the place {company} is run from']),
  ]],
  ['parent', 'firm', 'Company that owns a company.', [company()], [
    field('parent', some('company'), [
      'the parent of {company}', 'the company that owns {company}', 'the owner of {company}', 'the firm that bought {company}',
      '{company}\'s parent firm'], ['the company {company} belongs to', 'the group above {company}']),
  ]],
  ['staff', 'ledger', 'Number of people a company employs.', [company()], [
    field('staff', number('people', 8, 9900), [
      'the staff of {company}', 'how many people work at {company}', 'the number of workers at {company}', 'the staff count of {company}',
      '{company}\'s staff size'], ['how many workers {company} has', 'the size of the crew at {company}']),
  ]],
  ['profit', 'ledger', 'Profit of a company in a year.', [company(), year], [
    field('profit', number('money', 10, 990, 0.5), [
      'the profit of {company} in {year}', 'how much {company} earned in {year}', 'the money {company} made in {year}',
      'the earnings of {company} in {year}', 'what {company} earned in {year}'],
    ['the gain {company} had in {year}', 'how much profit there was at {company} in {year}']),
  ]],
]);

export const finance = category('Finance', [
  ['convert', 'money', 'Converts marks to a currency.', [{ kind: 'amount', name: 'amount', units: ['money'] }, currency('to')], [
    field('amount', {
      kind: 'formula', unit: 'money', compute: (args, lookup) => cents(Number(args.amount) * lookup('Finance/rate', 'rate', { currency: args.to! })),
    }, ['{amount} in {to}', '{amount} converted to {to}', '{amount} changed into {to}', '{amount} turned into {to}', '{amount} paid in {to}'],
    ['{amount} expressed in {to}', 'the value in {to} of {amount}']),
  ]],
  ['rate', 'money', 'Rate of a currency for one mark.', [currency()], [
    field('rate', number('points', 0.2, 9.9, 0.1), [
      'the rate of {currency}', 'the exchange rate of {currency}', 'how much {currency} one mark buys', 'the current rate of {currency}',
      '{currency}\'s rate'], ['the value of one mark in {currency}', 'what one gets in {currency} for a mark']),
  ]],
  ['share', 'trade', 'Share price of a company.', [company()], [
    field('price', price(4, 480), [
      'the share price of {company}', 'the price of a share of {company}', 'how much a share of {company} costs', 'the stock price of {company}',
      '{company}\'s share price'], ['what a share of {company} is worth', 'the worth of one share of {company}']),
  ]],
  ['order', 'trade', 'Cost of several shares.', [company(), counted('count', 2, 20, '# shares')], [
    field('cost', {
      kind: 'formula', unit: 'money', compute: (args, lookup) => cents(Number(args.count) * lookup('Finance/share', 'price', { company: args.company! })),
    }, ['the cost of {count} of {company}', 'the price of {count} of {company}', 'how much {count} of {company} cost',
      'what {count} of {company} cost', 'the money needed for {count} of {company}'],
    ['the bill for {count} of {company}', 'how much one pays for {count} of {company}']),
  ]],
]);

export const math = category('Math', [
  ['add', 'calc', 'Adds two numbers.', addable, [
    field('result', { kind: 'formula', unit: 'plain', compute: (args) => cents(Number(args.a) + Number(args.b)) },
      ['the sum of {a} and {b}', 'the total of {a} and {b}', '{a} plus {b}', '{a} added to {b}', 'the sum when you add {a} and {b}'],
      ['{a} and {b} taken together', '{a} increased by {b}']),
  ]],
  ['gap', 'calc', 'Difference of two numbers, never negative.', comparable, [
    field('result', { kind: 'formula', unit: 'plain', compute: (args) => cents(Math.abs(Number(args.a) - Number(args.b))) },
      ['the gap between {a} and {b}', 'the difference between {a} and {b}', 'how far apart {a} and {b} are', 'the difference of {a} and {b}',
        'the distance from {a} to {b}'], ['by how much {a} and {b} differ', 'the space between {a} and {b}']),
  ]],
  ['mean', 'stats', 'Mean of two numbers.', addable, [
    field('result', { kind: 'formula', unit: 'plain', compute: (args) => cents((Number(args.a) + Number(args.b)) / 2) },
      ['the mean of {a} and {b}', 'the average of {a} and {b}', 'the middle of {a} and {b}', 'the mean value of {a} and {b}',
        'the average value of {a} and {b}'], ['what {a} and {b} average to', 'the point halfway between {a} and {b}']),
  ]],
  ['percent', 'stats', 'First number as a percentage of the second.', shareable, [
    field('result', {
      kind: 'formula', unit: 'plain', compute: (args) => (Number(args.b) === 0 ? undefined : cents(Number(args.a) / Number(args.b) * 100)),
    }, ['{a} as a percentage of {b}', '{a} in percent of {b}', 'the percentage that {a} is of {b}', 'how many percent {a} is of {b}',
      'the percentage of {a} in {b}'], ['the percent share {a} has in {b}', 'what part of {b} is {a} in percent']),
  ]],
]);
