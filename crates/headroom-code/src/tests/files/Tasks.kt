package org.example.tasks

import java.time.Duration
import java.time.Instant

/** How urgent a task is. */
enum class Priority { LOW, NORMAL, HIGH }

/** Something that has to be done. */
data class Task(
    val title: String,
    val priority: Priority = Priority.NORMAL,
    val due: Instant? = null,
)

interface Clock {
    fun now(): Instant
}

/**
 * Tasks in the order in which they have to be done.
 */
class Agenda(private val clock: Clock) {
    private val tasks = mutableListOf<Task>()

    val overdue: List<Task>
        get() = tasks.filter { it.due?.isBefore(clock.now()) == true }

    fun add(task: Task): Boolean {
        require(task.title.isNotBlank()) { "a task needs a title" }
        if (tasks.any { it.title == task.title }) {
            return false
        }
        return tasks.add(task)
    }

    fun next(within: Duration): Task? {
        val limit = clock.now().plus(within)
        return tasks
            .filter { it.due == null || it.due.isBefore(limit) }
            .sortedWith(compareByDescending<Task> { it.priority }.thenBy { it.due })
            .firstOrNull()
    }

    companion object {
        const val LIMIT = 100

        fun of(vararg titles: String, clock: Clock): Agenda {
            val agenda = Agenda(clock)
            titles.take(LIMIT).forEach { agenda.add(Task(it)) }
            return agenda
        }
    }
}
