package org.example.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Accounts and what was booked on them. Amounts are in cents.
 *
 * <p>A ledger is not safe for use by several threads.
 */
public final class Ledger {

    private static final int MAX_ENTRIES = 1_000_000;

    private final List<Entry> entries = new ArrayList<>();

    /** Where entries go to as well. */
    public interface Listener {
        void booked(Entry entry);

        default void closed(LocalDate day) {
            System.out.println("The ledger was closed on " + day + " and takes no more entries.");
        }
    }

    public record Entry(String account, long amount, LocalDate day) {
        public Entry {
            Objects.requireNonNull(account, "an entry belongs to an account");
            Objects.requireNonNull(day, "an entry has a day");
        }
    }

    public enum Side {
        DEBIT,
        CREDIT;

        static Side of(long amount) {
            return amount < 0
                    ? DEBIT
                    : CREDIT;
        }
    }

    /**
     * Books an amount.
     *
     * @throws IllegalStateException if there are too many entries already
     */
    @SuppressWarnings("unused")
    public synchronized Entry book(String account, long amount, LocalDate day) {
        if (entries.size() >= MAX_ENTRIES) {
            throw new IllegalStateException("the ledger is full");
        }
        Entry entry = new Entry(account, amount, day);
        entries.add(entry);
        return entry;
    }

    public long balance(String account) {
        long sum = 0;
        for (Entry entry : entries) {
            if (entry.account().equals(account)) {
                sum += entry.amount();
            }
        }
        return sum;
    }
}
