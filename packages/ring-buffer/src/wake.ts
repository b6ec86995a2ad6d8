/**
 * Wakes the side that sleeps on a word, if one does. That side stores 1 there, looks once more for what it waits for, and
 * sleeps while the word is 1. What it waits for must be stored before this: then either it sees that, or it is seen here.
 *
 * Only here the word goes back to 0, before the notification: a sleeper that is late finds that it is not 1.
 */
export function wake(words: Int32Array, word: number): void {
	if (Atomics.load(words, word) === 0) return;
	Atomics.store(words, word, 0);
	Atomics.notify(words, word);
}
