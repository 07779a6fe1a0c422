// Books, movies and music.
import { book, category, choice, field, flag, movie, number, person, price, some, song } from './spec.ts';

export const books = category('Books', [
  ['author', 'shelf press', 'Author of a book and the year it came out.', [book('title')], [
    field('author', some('person', 'parent'), [
      'the author of {title}', 'the person who wrote {title}', 'the writer of {title}', 'whoever wrote {title}', '{title}\'s author'],
    ['the one who penned {title}', 'the name on the cover of {title}']),
    field('year', number('year', 1950, 2020), [
      'the year of {title}', 'the year {title} came out', 'the year when {title} was published', 'the publication year of {title}',
      '{title}\'s year'], ['the year {title} reached the shops', 'the year in which {title} was first printed']),
  ]],
  ['price', 'shelf', 'Price of a book, used or new.', [book('title'), choice('used', ' as a used copy', ' as a new copy')], [
    field('price', price(2, 80), [
      'the price of {title}{used}', 'how much {title} costs{used}', 'the cost of {title}{used}', 'the book price of {title}{used}',
      'the price to buy {title}{used}'], ['how expensive {title} is{used}', 'the amount one pays for {title}{used}']),
  ]],
  ['newest', 'shelf', 'Newest book of a person.', [person()], [
    field('title', some('book', 'child'), [
      'the newest book by {person}', 'the latest book of {person}', 'the last book {person} wrote', 'the most recent book by {person}',
      '{person}\'s newest book'], ['the book {person} wrote most recently', 'the latest title from {person}']),
  ]],
  ['pages', 'press', 'Number of pages of a book.', [book('title')], [
    field('pages', number('count', 60, 1200), [
      'the pages of {title}', 'how many pages {title} has', 'the number of pages of {title}', 'the page count of {title}',
      '{title}\'s page count'], ['the thickness of {title} in pages', 'how many pages there are in {title}']),
  ]],
  ['house', 'press', 'Publisher of a book.', [book('title')], [
    field('company', some('company'), [
      'the publisher of {title}', 'the company that published {title}', 'the publishing house of {title}', 'the firm that printed {title}',
      '{title}\'s publisher'], ['the company {title} was published by', 'the house that brought out {title}']),
  ]],
]);

export const movies = category('Movies', [
  ['director', 'reel cinema', 'Director of a movie.', [movie()], [
    field('director', some('person'), [
      'the director of {movie}', 'the person who directed {movie}', 'the person who made {movie}', 'whoever directed {movie}',
      '{movie}\'s director'], ['the one who shot {movie}', 'the person behind the camera of {movie}']),
  ]],
  ['score', 'reel', 'Rating of a movie, out of ten.', [movie()], [
    field('score', number('points', 1, 9.9, 0.1), [
      'the rating of {movie}', 'how well {movie} is rated', 'the score of {movie}', 'how good {movie} is', '{movie}\'s rating'],
    ['how viewers rate {movie}', 'the score that viewers gave {movie}']),
  ]],
  ['theme', 'reel', 'Theme song of a movie.', [movie()], [
    field('song', some('song'), [
      'the theme song of {movie}', 'the song in {movie}', 'the song played in {movie}', 'the main song of {movie}',
      '{movie}\'s theme song'], ['the song one hears in {movie}', 'the tune that opens {movie}']),
  ]],
  ['star', 'cinema', 'Star of a movie.', [movie()], [
    field('star', some('person'), [
      'the star of {movie}', 'the person who plays in {movie}', 'the lead actor of {movie}', 'whoever stars in {movie}',
      '{movie}\'s star'], ['the actor with the main role in {movie}', 'the face of {movie}']),
  ]],
  ['place', 'cinema', 'City where a movie was made.', [movie()], [
    field('city', some('city'), [
      'the film place of {movie}', 'the city where {movie} was made', 'the city where {movie} was filmed', 'the city shown in {movie}',
      '{movie}\'s city'], ['the city in which {movie} was shot', 'the place {movie} is set in']),
  ]],
]);

export const music = category('Music', [
  ['singer', 'tune stage', 'Singer of a song.', [song()], [
    field('singer', some('person'), [
      'the singer of {song}', 'the person who sings {song}', 'the artist of {song}', 'whoever sings {song}', '{song}\'s singer'],
    ['the voice of {song}', 'the one who performs {song}']),
  ]],
  ['length', 'tune', 'Length of a song, in seconds.', [song()], [
    field('seconds', number('count', 95, 590), [
      'the length of {song}', 'how long {song} is', 'the seconds that {song} lasts', 'the duration of {song}', '{song}\'s length'],
    ['the playing time of {song}', 'how many seconds {song} takes']),
  ]],
  ['label', 'tune', 'Label of a song.', [song()], [
    field('company', some('company'), [
      'the label of {song}', 'the company that released {song}', 'the record company of {song}', 'the firm that sells {song}',
      '{song}\'s label'], ['the label {song} came out on', 'the record firm behind {song}']),
  ]],
  ['concert', 'stage', 'Next concert of a person.', [person()], [
    field('city', some('city'), [
      'the concert city of {person}', 'the city where {person} plays next', 'the city of the next concert of {person}',
      'the city where {person} sings next', '{person}\'s concert city'], ['the city {person} is touring next', 'the next tour stop of {person}']),
    field('date', { kind: 'date' }, [
      'the concert date of {person}', 'when {person} plays next', 'the date of the next concert of {person}', 'when {person} sings next',
      '{person}\'s concert date'], ['the day {person} goes on stage', 'when {person} is on stage again']),
  ]],
  ['ticket', 'stage', 'Price of a concert ticket.', [person(), flag('vip', ' in the front row')], [
    field('price', price(10, 300), [
      'the ticket price for {person}{vip}', 'the price of a ticket to see {person}{vip}', 'how much a ticket for {person} costs{vip}',
      'the cost of a ticket to hear {person}{vip}', 'the concert price of {person}{vip}'],
    ['what one pays to see {person}{vip}', 'the price of a seat at a show of {person}{vip}']),
  ]],
]);
