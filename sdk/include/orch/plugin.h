/* orch/plugin.h - what a behaviour and orchd agree on: the whole binary contract, version 1.
 *
 * A plugin is a shared library with one exported function, orch_plugin_v1(). C11 and C++20 read
 * this file alike; nothing else crosses the border: no C++ type, no exception, no allocation that
 * the other side would have to free. Authors in C++ include orch/plugin.hpp instead.
 *
 * Words. An ENTRY is a call from orchd into the plugin, a CALL one from the plugin into orchd. A
 * GENERATION is one loaded copy of the library with one instance and one thread of its own.
 *
 * Threads. create, tick, save, load, snapshot, run and destroy are entries. All entries of a
 * generation come on its one thread, one at a time, so an instance needs no lock. orch_plugin_v1()
 * and every get_extension of a plugin are asked while the library is being loaded, on the same
 * thread. A plugin that starts threads of its own must have joined them when destroy returns.
 *
 * Calls. orch_host.call may only be used inside an entry, on the entry's thread; serving it never
 * enters any plugin. orch_host.log may be used by any thread between create and destroy.
 *
 * Time. No entry may outlast its deadline (orch_tick.deadline_ms; the configuration's `timeout`
 * for the others). One that does is told so through cancelled(), is visible to operators as hung,
 * counts as failed, and gets ORCH_CANCELLED from every further call.
 *
 * Growth. Every struct begins with its size as its builder knew it, and members are only ever added
 * at the end. ORCH_HAS tells whether the other side's struct has a member. ORCH_ABI_MINOR counts
 * additions; ORCH_ABI_MAJOR stands in the exported name, so that what is not understood is not even
 * found.
 *
 * Texts. orch_text is borrowed UTF-8 without a terminating zero and is valid until the function it
 * was given to returns. `const char *` members of constant tables end with a zero and are valid as
 * long as the library is loaded; the ids asked for by get_extension as long as the call.
 */
#ifndef ORCH_PLUGIN_H
#define ORCH_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define ORCH_NOEXCEPT noexcept
extern "C" {
#else
#define ORCH_NOEXCEPT
#endif

#define ORCH_ABI_MAJOR 1u
#define ORCH_ABI_MINOR 0u
#define ORCH_ABI ((ORCH_ABI_MAJOR << 16) | ORCH_ABI_MINOR)

/* Does the struct of type `type` at `p` have the member `m`, as its builder knew it? */
#ifdef __cplusplus
#define ORCH_SIZE_OF_MEMBER(type, m) sizeof(type::m)
#else
#define ORCH_SIZE_OF_MEMBER(type, m) sizeof(((type*)0)->m)
#endif
#define ORCH_HAS(p, type, m) ((p)->size >= offsetof(type, m) + ORCH_SIZE_OF_MEMBER(type, m))

/* What an entry or a call answers. Other negative values count as ORCH_FAILED. */
#define ORCH_OK 0
#define ORCH_FAILED (-1)    /* it did not work; the sink has a sentence                      */
#define ORCH_EXCEPTION (-2) /* entries: something was thrown; the sink has its words         */
#define ORCH_DENIED (-10)   /* calls: the method is not granted                              */
/* Calls: the entry was cancelled, or the plugin switched off or replaced: nothing was changed;
 * return soon. Entries: it left for that reason, which does not count as failed. */
#define ORCH_CANCELLED (-11)
#define ORCH_UNKNOWN_METHOD (-12) /* calls: this orchd does not have the method              */
#define ORCH_BAD_REQUEST (-13)    /* calls: the request is not what services.md says         */
#define ORCH_MISUSE (-14)         /* calls: not inside an entry, or not on its thread        */
/* Calls: not possible now (the database is busy, its disk full). Whether something was changed is
 * not known: look again later. */
#define ORCH_UNAVAILABLE (-15)

/* orch_host.log: for people who look for a mistake in the plugin. What was done and why belongs
 * into the journal (journal.write). */
#define ORCH_LOG_DEBUG 0
#define ORCH_LOG_INFO 1
#define ORCH_LOG_WARNING 2
#define ORCH_LOG_ERROR 3

typedef struct orch_text {
    const char* data; /* may be null when size is 0 */
    uint64_t size;    /* bytes */
} orch_text;

/* Takes what the other side has to say. Whoever gets a sink may call write as often as it likes
 * until it returns; the pieces are joined. Both members may be null: then nobody listens. */
typedef struct orch_sink {
    void* context;
    /* Copies the bytes. Answers ORCH_OK, or ORCH_FAILED when there is no room (1 MiB in all). */
    int32_t (*write)(void* context, const char* data, uint64_t size);
} orch_sink;

/* What orchd offers. Owned by orchd; given to create, valid until destroy has returned. */
typedef struct orch_host {
    uint32_t size;
    uint32_t abi;  /* ORCH_ABI of orchd */
    void* context; /* first argument of every function here */
    /* Any thread. Longer texts are cut at 2,000 bytes; more than 100 a minute are dropped and
     * counted. */
    void (*log)(void* context, int32_t level, orch_text text);
    /* Inside an entry, on its thread. Runs one method of sdk/docs/services.md: `request` and what
     * is written to `reply` are JSON objects; with anything but ORCH_OK the reply is a sentence. */
    int32_t (*call)(void* context, orch_text method, orch_text request, orch_sink reply);
    /* Inside an entry, on its thread. A table of orchd's by id, or null. None exists yet. */
    const void* (*get_extension)(void* context, const char* id);
} orch_host;

/* One entry's place in time. Owned by orchd; valid until the entry returns. */
typedef struct orch_tick {
    uint32_t size;
    uint32_t flags;      /* ORCH_TICK_… */
    uint64_t number;     /* 1 for a generation's first tick; jobs do not count */
    uint64_t missed;     /* ticks that were due since the last one and were left out */
    int64_t awake_ms;    /* CLOCK_MONOTONIC: stands still while the machine sleeps. For streaks */
    int64_t boot_ms;     /* CLOCK_BOOTTIME: does not. For leases and windows */
    int64_t wall_ms;     /* since 1970, UTC. For display; never decides anything */
    int64_t deadline_ms; /* as awake_ms: when the entry has to be over */
    const void* context;
    /* Any thread. Not 0 once the entry should return soon: deadline, switch-off, end of orchd. It
     * never becomes 0 again. */
    int32_t (*cancelled)(const void* context);
} orch_tick;
#define ORCH_TICK_OBSERVE 1u   /* mode: observe; orchd changes nothing, whatever is called */
#define ORCH_TICK_PROBATION 2u /* a new generation, or one out of quarantine, is being watched */

typedef struct orch_instance orch_instance; /* the plugin's own; orchd never looks into it */

/* The plugin. A constant: valid, and never changed, while the library is loaded. */
typedef struct orch_plugin {
    uint32_t size;
    uint32_t abi;            /* ORCH_ABI of the header it was built with */
    const char* id;          /* 1 to 64 of a-z 0-9 - _ : its name in the configuration */
    const char* version;     /* 1 to 32 printable characters, such as 1.0.0 */
    const char* kill_switch; /* environment variable, A-Z 0-9 _, ends with _ENABLED; no other's */
    const char* block;       /* its key in GET /queue, a-z 0-9 _; null: the id with _ for - */
    const char* needs;       /* methods it calls, separated by blanks; null: none */
    /* JSON Schema of the settings, in the subset of sdk/docs/guide.md; null: there are none. */
    const char* settings_schema;
    int64_t
        interval_ms; /* between ticks unless the configuration says otherwise: 100 to 86400000 */
    /* Entry, the generation's first. `settings` is the JSON object of the checked settings. Null:
     * it cannot work with these settings or here; `error` has a sentence. */
    orch_instance* (*create)(const orch_host* host, orch_text settings, orch_sink error);
    /* Entry. ORCH_OK, or what went wrong: three in a row and the plugin waits in quarantine. */
    int32_t (*tick)(orch_instance* instance, const orch_tick* tick, orch_sink error);
    /* Entry, the generation's last: no thread, timer or callback of it is left. */
    void (*destroy)(orch_instance* instance);
    /* Abilities by id (below), each a constant table, or null for those it does not have. */
    const void* (*get_extension)(const char* id);
} orch_plugin;

/* The one symbol a plugin exports. Answers the same constant each time, null never. */
__attribute__((visibility("default"))) const orch_plugin* orch_plugin_v1(void) ORCH_NOEXCEPT;

/* Survives a hot swap: the old generation saves, the new one loads before its first tick. What is
 * loaded is a hint and may be old. 1 MiB at most. */
#define ORCH_EXT_STATE "orch.state/1"
typedef struct orch_ext_state {
    uint32_t size;
    uint32_t schema; /* of what save writes; load is told that of the writer */
    int32_t (*save)(orch_instance* instance, orch_sink state, orch_sink error);
    int32_t (*load)(orch_instance* instance, uint32_t schema, orch_text state, orch_sink error);
} orch_ext_state;

/* What GET /queue shows: a JSON object, asked for at the end of each tick. 64 KiB at most. With
 * anything but ORCH_OK the sink has a sentence instead. */
#define ORCH_EXT_SNAPSHOT "orch.snapshot/1"
typedef struct orch_ext_snapshot {
    uint32_t size;
    uint32_t reserved; /* 0 */
    int32_t (*snapshot)(orch_instance* instance, orch_sink object);
} orch_ext_snapshot;

/* Runs the jobs of reserved agents: they have no process, this entry is their work. They wait,
 * visibly, while the plugin does not run. */
#define ORCH_EXT_JOBS "orch.jobs/1"
typedef struct orch_ext_jobs {
    uint32_t size;
    uint32_t reserved;  /* 0 */
    const char* agents; /* agent names separated by blanks, each of one plugin only */
    /* Entry. `job`: {"id","attempt","task","project","stage","agent"}. `answer`: {"result":"done"},
     * {"result":"failed","reason":"…"} or {"result":"again","in_ms":N}: the same job once more, N
     * milliseconds later. May come again for the same job after a crash: it must be idempotent. */
    int32_t (*run)(orch_instance* instance,
                   const orch_tick* tick,
                   orch_text job,
                   orch_sink answer,
                   orch_sink error);
} orch_ext_jobs;

#ifdef __cplusplus
}
#endif
#endif
