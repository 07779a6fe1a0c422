// People, sports and food.
import { category, city, counted, dish, field, number, person, some, team, year } from './spec.ts';

export const people = category('People', [
  ['born', 'bio social', 'Birthplace and year of a person.', [person()], [
    field('city', some('city'), [
      'the birthplace of {person}', 'the city where {person} was born', 'the home city of {person}', 'the city {person} comes from',
      '{person}\'s birthplace'], ['the place of birth of {person}', 'the city in which {person} grew up']),
    field('year', number('year', 1930, 2005), [
      'the birth year of {person}', 'the year {person} was born', 'the year of birth of {person}', 'the year when {person} was born',
      '{person}\'s birth year'], ['the year {person} came into the world', 'the year in which {person}\'s life began']),
  ]],
  ['job', 'bio', 'Employer of a person.', [person()], [
    field('company', some('company'), [
      'the employer of {person}', 'the company where {person} works', 'the company that employs {person}', 'the firm {person} works for',
      '{person}\'s employer'], ['the firm that pays {person}', 'the company at which {person} has a job']),
  ]],
  ['spouse', 'social', 'Spouse of a person.', [person()], [
    field('spouse', some('person', 'pair'), [
      'the spouse of {person}', 'the person married to {person}', 'the partner of {person}', 'whoever married {person}',
      '{person}\'s spouse'], ['the one {person} is married to', 'the husband or wife of {person}']),
  ]],
  ['fans', 'social', 'Followers of a person, in thousands.', [person()], [
    field('fans', number('people', 1, 9900), [
      'the fans of {person}', 'how many fans {person} has', 'the number of fans of {person}', 'the follower count of {person}',
      '{person}\'s fan count'], ['how many people follow {person}', 'the size of the fan base of {person}']),
  ]],
]);

export const sports = category('Sports', [
  ['coach', 'squad league', 'Coach of a team.', [team()], [
    field('coach', some('person'), [
      'the coach of {team}', 'the person who trains {team}', 'the trainer of {team}', 'whoever coaches {team}', '{team}\'s coach'],
    ['the one in charge of training {team}', 'the person coaching {team}']),
  ]],
  ['captain', 'squad', 'Captain of a team.', [team()], [
    field('captain', some('person'), [
      'the captain of {team}', 'the player who leads {team}', 'the team captain of {team}', 'whoever captains {team}', '{team}\'s captain'],
    ['the one leading {team} on the field', 'the player with the captain role at {team}']),
  ]],
  ['score', 'squad', 'Points of a team in a season.', [team(), year], [
    field('points', number('points', 3, 99), [
      'the points of {team} in {year}', 'how many points {team} got in {year}', 'the score of {team} in {year}', 'the points {team} won in {year}',
      'the number of points of {team} in {year}'], ['how well {team} scored in {year}', 'the points total that {team} reached in {year}']),
  ]],
  ['home', 'league', 'Home city of a team.', [team()], [
    field('city', some('city'), [
      'the home of {team}', 'the city where {team} plays', 'the home city of {team}', 'the city that {team} plays for', '{team}\'s home city'],
    ['the city hosting {team}', 'the town {team} calls home']),
  ]],
  ['owner', 'league', 'Company that owns a team.', [team()], [
    field('company', some('company'), [
      'the owner of {team}', 'the company that owns {team}', 'the company behind {team}', 'the firm that owns {team}', '{team}\'s owner'],
    ['the company {team} belongs to', 'the firm holding {team}']),
  ]],
]);

export const food = category('Food', [
  ['origin', 'plate cook', 'Country a dish comes from.', [dish()], [
    field('country', some('country'), [
      'the origin of {dish}', 'the country where {dish} comes from', 'the home country of {dish}', 'the country that invented {dish}',
      '{dish}\'s country'], ['the nation {dish} was first made in', 'the country to which we owe {dish}']),
  ]],
  ['energy', 'plate', 'Calories of a dish.', [dish(), counted('plates', 2, 6, ' for # plates', 1)], [
    field('calories', number('count', 90, 1900), [
      'the calories of {dish}{plates}', 'how many calories {dish} has{plates}', 'the energy in {dish}{plates}', 'the number of calories in {dish}{plates}',
      'the calorie count of {dish}{plates}'], ['the energy count of {dish}{plates}', 'what {dish} has in calories{plates}']),
  ]],
  ['local', 'plate', 'Best known dish of a city.', [city()], [
    field('dish', some('dish'), [
      'the dish of {city}', 'the dish that {city} is known for', 'the local dish of {city}', 'the food {city} is famous for', '{city}\'s dish'],
    ['the typical meal of {city}', 'the plate one must eat in {city}']),
  ]],
  ['chef', 'cook', 'Chef who made a dish famous.', [dish()], [
    field('chef', some('person'), [
      'the chef of {dish}', 'the chef who made {dish} famous', 'the cook behind {dish}', 'the person who cooks {dish} best', '{dish}\'s chef'],
    ['the one known for cooking {dish}', 'the cook who stands for {dish}']),
  ]],
  ['time', 'cook', 'Cooking time of a dish, in minutes.', [dish()], [
    field('minutes', number('minutes', 5, 240), [
      'the cooking time of {dish}', 'how long {dish} takes to cook', 'the minutes it takes to cook {dish}', 'the time needed for {dish}',
      '{dish}\'s cooking time'], ['how long one has to cook {dish}', 'the minutes until {dish} is ready']),
  ]],
]);
