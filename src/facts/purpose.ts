/** What an exchange is for; it decides who hears of its outcome and whether it is sent again. */
export type Purpose =
  'query' | 'registration' | 'metadata' | 'requestEvent' | 'poll' | 'answer' | 'report' | 'cancel' | 'opt';
