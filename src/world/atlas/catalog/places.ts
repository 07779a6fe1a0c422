// Weather, geography and travel: what cities and countries are asked about.
import { category, choice, city, counted, country, field, flag, number, price, some } from './spec.ts';

export const weather = category('Weather', [
  ['now', 'sky meteo', 'Weather in a city now.', [city()], [
    field('temp', number('degrees', -20, 42), [
      'the temperature in {city}', 'how warm it is in {city}', 'the degrees in {city} now', 'the current temperature of {city}',
      '{city}\'s temperature'], ['the present heat in {city}', 'how hot {city} is today']),
    field('sky', { kind: 'word', words: ['clear', 'cloudy', 'foggy', 'rainy', 'snowy', 'stormy', 'windy', 'hazy'] }, [
      'the sky in {city}', 'how the sky looks in {city}', 'the weather in {city}', 'the sky now over {city}', '{city}\'s weather'],
    ['what the sky above {city} is like', 'the kind of weather {city} has']),
  ]],
  ['rain', 'sky', 'Rain forecast for a city, in millimetres.', [city(), counted('day', 1, 7, ' in # days')], [
    field('rain', number('count', 0, 90), [
      'the rain in {city}{day}', 'how much rain falls in {city}{day}', 'the amount of rain in {city}{day}',
      'the rain expected in {city}{day}', 'how wet {city} gets{day}'], ['the rain forecast of {city}{day}', 'the rainfall that {city} gets{day}']),
  ]],
  ['wind', 'meteo', 'Wind speed in a city, today or later.', [city(), counted('day', 1, 7, ' in # days', 0)], [
    field('wind', number('count', 1, 120), [
      'the wind in {city}{day}', 'how strong the wind is in {city}{day}', 'the wind speed in {city}{day}', 'the speed of the wind in {city}{day}',
      'how windy {city} is{day}'], ['the force of the wind over {city}{day}', 'how hard the wind blows in {city}{day}']),
  ]],
  ['sun', 'meteo', 'When the sun rises in a city.', [city()], [
    field('rise', { kind: 'clock' }, [
      'the sunrise in {city}', 'when the sun rises in {city}', 'the time of sunrise in {city}', 'when the day starts in {city}',
      '{city}\'s sunrise'], ['the hour the sun comes up in {city}', 'when it gets light in {city}']),
  ]],
]);

export const geography = category('Geography', [
  ['country', 'map globe', 'Country of a city.', [city()], [
    field('country', some('country', 'parent'), [
      'the country of {city}', 'the country where {city} lies', 'the country that {city} is in', 'the country around {city}',
      '{city}\'s country'], ['the country {city} belongs to', 'the nation in which {city} is found']),
  ]],
  ['mayor', 'map', 'Mayor of a city.', [city()], [
    field('mayor', some('person'), [
      'the mayor of {city}', 'the person who runs {city}', 'the mayor in {city}', 'whoever is mayor of {city}', '{city}\'s mayor'],
    ['the one who governs {city}', 'the person holding the mayor\'s office in {city}']),
  ]],
  ['people', 'map', 'Population of a city, in thousands.', [city()], [
    field('people', number('people', 12, 9800), [
      'the population of {city}', 'how many people live in {city}', 'the number of people in {city}', 'the people count of {city}',
      '{city}\'s population'], ['how many live in {city}', 'the count of residents of {city}']),
  ]],
  ['capital', 'globe', 'Capital of a country.', [country()], [
    field('city', some('city', 'child'), [
      'the capital of {country}', 'the capital city of {country}', 'the main city of {country}', 'the city that rules {country}',
      '{country}\'s capital'], ['the seat of government of {country}', 'the city serving as capital of {country}']),
  ]],
  ['money', 'globe', 'Currency of a country.', [country()], [
    field('currency', some('currency'), [
      'the currency of {country}', 'the money used in {country}', 'the currency that {country} uses', 'the money of {country}',
      '{country}\'s currency'], ['the currency people pay with in {country}', 'what money {country} has']),
  ]],
]);

export const travel = category('Travel', [
  ['fare', 'wings trip', 'Fare of a flight.', [city('from'), city('to'), choice('back', ' and back', ' one way')], [
    field('price', price(40, 900), [
      'the fare from {from} to {to}{back}', 'the price of a flight from {from} to {to}{back}', 'how much it costs to fly from {from} to {to}{back}',
      'the cost of flying from {from} to {to}{back}', 'the air fare from {from} to {to}{back}'],
    ['what one pays to fly from {from} to {to}{back}', 'the price of a plane seat from {from} to {to}{back}']),
  ]],
  ['time', 'wings', 'Duration of a flight, in minutes.', [city('from'), city('to')], [
    field('minutes', number('minutes', 35, 990), [
      'the flight time from {from} to {to}', 'how long the flight from {from} to {to} takes', 'the minutes it takes to fly from {from} to {to}',
      'the length of the flight from {from} to {to}', 'how long it takes to fly from {from} to {to}'],
    ['the time spent flying from {from} to {to}', 'the minutes in the air from {from} to {to}']),
  ]],
  ['room', 'trip', 'Price of a hotel room.', [city(), counted('nights', 1, 9, ' for # nights'), flag('meals', ' with meals')], [
    field('price', price(30, 1800), [
      'the room price in {city}{nights}{meals}', 'the price of a room in {city}{nights}{meals}', 'how much a hotel in {city} costs{nights}{meals}',
      'the cost of a hotel room in {city}{nights}{meals}', 'the hotel price in {city}{nights}{meals}'],
    ['the hotel bill in {city}{nights}{meals}', 'how much one pays for a room in {city}{nights}{meals}']),
  ]],
  ['taxi', 'trip', 'Price of a taxi from the airport.', [city()], [
    field('price', price(5, 120), [
      'the taxi price in {city}', 'the price of a taxi in {city}', 'how much a taxi costs in {city}', 'the cost of a taxi in {city}',
      '{city}\'s taxi price'], ['the bill for a taxi in {city}', 'how much one pays for a taxi in {city}']),
  ]],
]);
