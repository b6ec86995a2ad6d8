/*
 * The wait protocol of the ring buffer, without the ring: two sides, each with a word that is 1 while it sleeps, or is about
 * to. Written again from the README's words and not from the source, so that a mistake in the idea shows as one here.
 *
 * spin -a finds a side that sleeps for ever as an invalid end state; the claim `over` says that both come to their end.
 * Faults, each of which must be found: NOTIFY_FIRST, NO_SECOND_LOOK, SECOND_LOOK_FIRST, MARK_AS_WAKE.
 */
#ifndef MESSAGES
#define MESSAGES 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif
#define OPEN 0
#define ENDED 1
#define DIED 2

byte written, released;
byte producerEnd = OPEN;
bit consumerWord, producerWord;
bool consumerSleeps, producerSleeps;
bool killed;
bool consumerDone;

/* Atomics.load, then Atomics.store and Atomics.notify. */
inline wake(word, sleeps) {
	if
	:: word == 0
	:: else ->
#ifdef NOTIFY_FIRST
		sleeps = false;
		word = 0
#else
		word = 0;
		sleeps = false
#endif
	fi
}

/* Atomics.wait(word, 1): compares and sleeps in one step. */
inline sleep(word, sleeps) {
	atomic {
		if
		:: word == 1 -> sleeps = true
		:: else
		fi
	}
	!sleeps
}

active proctype producer() {
	byte sent;
	{
		do
		:: sent == MESSAGES -> break
		:: else ->
			do
			:: sent - released < CAPACITY -> break
			:: else ->
				producerWord = 1;
				if
				:: sent - released < CAPACITY
				:: else -> sleep(producerWord, producerSleeps)
				fi
			od;
			sent++;
			written = sent;
			wake(consumerWord, consumerSleeps)
		od;
		/* The end is stored by a comparison: a side that was marked dead stays so. */
		atomic {
			if
			:: producerEnd == OPEN -> producerEnd = ENDED
			:: else
			fi
		};
		wake(consumerWord, consumerSleeps)
	} unless {
		killed
	}
}

/* Ends the worker of the producer at any moment, or not at all, and marks it dead. */
active proctype supervisor() {
	if
	:: true
	:: killed = true;
		atomic {
			if
			:: producerEnd == OPEN -> producerEnd = DIED
			:: else
			fi
		};
#ifdef MARK_AS_WAKE
		wake(consumerWord, consumerSleeps)
#else
		consumerWord = 0;
		consumerSleeps = false
#endif
	fi
}

active proctype consumer() {
	byte taken, seen;
	do
	:: taken < written ->
		taken++;
		released = taken;
		wake(producerWord, producerSleeps)
	:: else ->
		/* The end first: what is not there after it will never come. */
		seen = producerEnd;
		if
		:: taken < written
		:: else ->
			if
			:: seen != OPEN -> break
			:: else
			fi;
#ifdef NO_SECOND_LOOK
			consumerWord = 1;
			sleep(consumerWord, consumerSleeps)
#else
#ifdef SECOND_LOOK_FIRST
			seen = producerEnd;
			if
			:: taken < written || seen != OPEN
			:: else ->
				consumerWord = 1;
				sleep(consumerWord, consumerSleeps)
			fi
#else
			consumerWord = 1;
			seen = producerEnd;
			if
			:: taken < written || seen != OPEN
			:: else -> sleep(consumerWord, consumerSleeps)
			fi
#endif
#endif
		fi
	od;
	assert(taken == MESSAGES || seen == DIED);
	assert(seen != DIED || killed);
	consumerDone = true
}

ltl over { <> consumerDone }
