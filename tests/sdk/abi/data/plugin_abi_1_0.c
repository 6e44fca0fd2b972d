/* A plugin of version 1.0 with every ability, for the binary beside it: what authors have built
 * must go on working. Needs no library at all. The binary was built once, in this folder, with
 *
 *     gcc -std=c11 -Os -ffreestanding -fno-builtin -fPIC -fvisibility=hidden -shared -nostdlib -s \
 *         -Wl,--version-script=../../../../sdk/cmake/plugin.map -Wl,-z,noexecstack -Wl,-z,now \
 *         -Wl,-z,defs -Wl,-z,noseparate-code -Wl,--build-id=none -Wl,--hash-style=gnu \
 *         -I../../../../sdk/include plugin_abi_1_0.c -o plugin_abi_1_0_x86_64.so
 *
 * and is never built again: a later version gets a file of its own. */
#include "orch/plugin.h"

struct orch_instance {
    const orch_host* host;
    uint64_t ticks;
    uint64_t heard; /* bytes of the last reply */
};
static struct orch_instance the_one;

static uint64_t lengthOf(const char* text) {
    uint64_t size = 0;
    while (text[size] != 0) ++size;
    return size;
}

static int32_t isSame(const char* one, const char* other) {
    while (*one != 0 && *one == *other) {
        ++one;
        ++other;
    }
    return *one == *other;
}

static orch_text textOf(const char* text) {
    const orch_text borrowed = {text, lengthOf(text)};
    return borrowed;
}

static int32_t put(orch_sink sink, const char* text) {
    return sink.write == 0 ? ORCH_FAILED : sink.write(sink.context, text, lengthOf(text));
}

/* In decimal. */
static int32_t putNumber(orch_sink sink, uint64_t number) {
    char digits[24];
    char* first = digits + sizeof(digits) - 1;
    *first = 0;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return put(sink, first);
}

static int32_t hear(void* context, const char* data, uint64_t size) {
    struct orch_instance* self = context;
    (void)data;
    self->heard += size;
    return ORCH_OK;
}

static orch_instance* create(const orch_host* host, orch_text settings, orch_sink error) {
    if (host->abi >> 16 != ORCH_ABI_MAJOR || !ORCH_HAS(host, orch_host, get_extension)) return 0;
    if (settings.size < 2) {
        put(error, "no settings");
        return 0;
    }
    the_one.host = host;
    the_one.ticks = 0;
    the_one.heard = 0;
    host->log(host->context, ORCH_LOG_INFO, textOf("created"));
    return &the_one;
}

static int32_t tick(orch_instance* self, const orch_tick* now, orch_sink error) {
    const orch_sink reply = {self, hear};
    int32_t status;
    if (now->cancelled(now->context)) return ORCH_CANCELLED;
    if (now->deadline_ms <= now->awake_ms || now->number == 0) {
        put(error, "the tick has no place in time");
        return ORCH_FAILED;
    }
    self->ticks = now->number;
    self->heard = 0;
    status = self->host->call(self->host->context, textOf("jobs.running"), textOf("{}"), reply);
    if (status != ORCH_OK) put(error, "jobs.running failed");
    return status;
}

static void destroy(orch_instance* self) {
    self->host->log(self->host->context, ORCH_LOG_INFO, textOf("destroyed"));
}

static int32_t save(orch_instance* self, orch_sink state, orch_sink error) {
    (void)error;
    return putNumber(state, self->ticks);
}

static int32_t load(orch_instance* self, uint32_t schema, orch_text state, orch_sink error) {
    uint64_t index;
    if (schema != 1) {
        put(error, "another schema");
        return ORCH_FAILED;
    }
    self->ticks = 0;
    for (index = 0; index < state.size; ++index) {
        self->ticks = self->ticks * 10 + (uint64_t)(state.data[index] - '0');
    }
    return ORCH_OK;
}

static int32_t snapshot(orch_instance* self, orch_sink object) {
    put(object, "{\"ticks\":");
    putNumber(object, self->ticks);
    put(object, ",\"heard\":");
    putNumber(object, self->heard);
    return put(object, "}");
}

static int32_t run(
    orch_instance* self, const orch_tick* now, orch_text job, orch_sink answer, orch_sink error) {
    (void)self;
    if (job.size < 2 || now->size < sizeof(orch_tick)) {
        put(error, "no job");
        return ORCH_FAILED;
    }
    return put(answer, "{\"result\":\"again\",\"in_ms\":1000}");
}

static const orch_ext_state state_table = {sizeof(orch_ext_state), 1, save, load};
static const orch_ext_snapshot snapshot_table = {sizeof(orch_ext_snapshot), 0, snapshot};
static const orch_ext_jobs jobs_table = {sizeof(orch_ext_jobs), 0, "abi-agent", run};

static const void* getExtension(const char* id) {
    if (isSame(id, ORCH_EXT_STATE)) return &state_table;
    if (isSame(id, ORCH_EXT_SNAPSHOT)) return &snapshot_table;
    if (isSame(id, ORCH_EXT_JOBS)) return &jobs_table;
    return 0;
}

static const orch_plugin table = {sizeof(orch_plugin),
                                  ORCH_ABI,
                                  "abi-1-0",
                                  "1.0.0",
                                  "ORCH_ABI_1_0_ENABLED",
                                  "abi_1_0",
                                  "jobs.running",
                                  "{\"type\":\"object\",\"properties\":{}}",
                                  1000,
                                  create,
                                  tick,
                                  destroy,
                                  getExtension};

const orch_plugin* orch_plugin_v1(void) {
    return &table;
}
