// One plugin of which CMakeLists.txt makes a good one and many bad ones. It counts its ticks in a
// static variable, so that a second copy of the library shows whether it is one.
#include <orch/plugin.h>

#include <stdexcept>
#include <string>

#ifndef ID
#define ID "good"
#endif
#ifndef ABI
#define ABI ORCH_ABI
#endif
#ifndef SIZE
#define SIZE sizeof(orch_plugin)
#endif
#ifndef TICK
#define TICK tick
#endif

#ifdef MISSING_FUNCTION
extern "C" void nobody_has_this();
#endif

namespace {

#if defined(THREAD_LOCAL_DESTRUCTOR)
thread_local std::string history;
#elif defined(THREAD_LOCAL)
thread_local int history;
#else
std::string history;
#endif
int ticks = 0;

orch_instance* create(const orch_host*, orch_text, orch_sink) {
    return reinterpret_cast<orch_instance*>(&ticks);
}

[[maybe_unused]] int32_t tick(orch_instance*, const orch_tick*, orch_sink) {
    history += 't';
    return history == decltype(history){} ? 0 : ++ticks;
}

void destroy(orch_instance*) {}

const void* getExtension(const char*) {
#ifdef MISSING_FUNCTION
    nobody_has_this();
#endif
#ifdef THROWS
    throw std::runtime_error("no extensions today");
#endif
    return nullptr;
}

constexpr orch_plugin kTable{SIZE,
                             ABI,
                             ID,
                             "1.0.0",
                             "ORCH_GOOD_ENABLED",
                             nullptr,
                             nullptr,
                             nullptr,
                             1000,
                             create,
                             TICK,
                             destroy,
                             getExtension};

}  // namespace

extern "C" const orch_plugin* orch_plugin_v1() noexcept;
extern "C" const orch_plugin* orch_plugin_v1() noexcept {
#ifdef NO_TABLE
    return nullptr;
#else
    return &kTable;
#endif
}

#ifdef SECOND_EXPORT
extern "C" int orch_helper();
extern "C" int orch_helper() {
    return 1;
}
#endif

#ifdef UNIQUE
template <typename>
struct Shared {
    static inline int count = 0;
};
int* sharedCount();
int* sharedCount() {
    return &Shared<int>::count;
}
#endif

#ifdef TEXT_RELOCATION
asm(".pushsection .text\n.quad orch_plugin_v1\n.popsection");
#endif
