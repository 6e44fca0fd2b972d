// Classes that are no plugins. Each `says:` is what the compiler must say of the class below it,
// and no other of the SDK's sentences may appear (mistakes_test.sh).
#include <orch/plugin.hpp>

/// A whole plugin, for the mistakes to be made in.
struct Whole {
    Whole(orch::Host, const orch::Settings&) {}
    void tick(const orch::Tick&) {}
    static constexpr orch::Descriptor descriptor{
        .id = "whole", .version = "1", .kill_switch = "ORCH_WHOLE_ENABLED"};
};
ORCH_CHECK_PLUGIN(Whole);

// says: NoDescriptor needs a public: static constexpr orch::Descriptor descriptor{.id = ...}
struct NoDescriptor {
    NoDescriptor(orch::Host, const orch::Settings&) {}
    void tick(const orch::Tick&) {}
};
ORCH_CHECK_PLUGIN(NoDescriptor);

// says: NoConstructor needs a constructor (orch::Host, const orch::Settings&)
struct NoConstructor : Whole {
    explicit NoConstructor(orch::Host);
};
ORCH_CHECK_PLUGIN(NoConstructor);

// says: NoTick needs: void tick(const orch::Tick&)
struct NoTick : Whole {
    using Whole::Whole;
    void tick(int);
};
ORCH_CHECK_PLUGIN(NoTick);

// says: HalfState keeps state: it needs all of: std::string save(), void load(std::uint32_t schema,
struct HalfState : Whole {
    using Whole::Whole;
    std::string save();
};
ORCH_CHECK_PLUGIN(HalfState);

// says: NoSchema keeps state: it needs all of: std::string save(), void load(std::uint32_t schema,
struct NoSchema : Whole {
    using Whole::Whole;
    std::string save();
    void load(std::uint32_t, std::string_view);
};
ORCH_CHECK_PLUGIN(NoSchema);

// says: NumberSnapshot::snapshot must be: orch::JsonObject snapshot(), or std::string of JSON
struct NumberSnapshot : Whole {
    using Whole::Whole;
    int snapshot();
};
ORCH_CHECK_PLUGIN(NumberSnapshot);

// says: VoidRun::run must be: orch::JobAnswer run(const orch::ReservedJob&, const orch::Tick&)
struct VoidRun : Whole {
    using Whole::Whole;
    void run(const orch::ReservedJob&, const orch::Tick&);
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "1", .kill_switch = "A_ENABLED", .jobs = "agent"};
};
ORCH_CHECK_PLUGIN(VoidRun);

// says: RunWithoutJobs runs jobs: it needs run() and the agents in its descriptor's .jobs
struct RunWithoutJobs : Whole {
    using Whole::Whole;
    orch::JobAnswer run(const orch::ReservedJob&, const orch::Tick&);
};
ORCH_CHECK_PLUGIN(RunWithoutJobs);

// says: JobsWithoutRun runs jobs: it needs run() and the agents in its descriptor's .jobs
struct JobsWithoutRun : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "1", .kill_switch = "A_ENABLED", .jobs = "agent"};
};
ORCH_CHECK_PLUGIN(JobsWithoutRun);

// says: BadId's descriptor needs an .id of 1 to 64 letters a-z, digits, - and _
struct BadId : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "Disk Watch", .version = "1", .kill_switch = "A_ENABLED"};
};
ORCH_CHECK_PLUGIN(BadId);

// says: BadVersion's descriptor needs a .version of 1 to 32 printable characters
struct BadVersion : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "", .kill_switch = "A_ENABLED"};
};
ORCH_CHECK_PLUGIN(BadVersion);

// says: BadSwitch's descriptor needs a .kill_switch of A-Z, 0-9 and _ that ends with _ENABLED
struct BadSwitch : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "1", .kill_switch = "ORCH_A_DISABLED"};
};
ORCH_CHECK_PLUGIN(BadSwitch);

// says: BadInterval's descriptor needs an .interval of 100ms to 24h
struct BadInterval : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "1", .kill_switch = "A_ENABLED", .interval = 99ms};
};
ORCH_CHECK_PLUGIN(BadInterval);

// says: BadBlock's descriptor needs a .block of a-z, 0-9 and _, or none
struct BadBlock : Whole {
    using Whole::Whole;
    static constexpr orch::Descriptor descriptor{
        .id = "a", .version = "1", .kill_switch = "A_ENABLED", .block = "a-b"};
};
ORCH_CHECK_PLUGIN(BadBlock);
