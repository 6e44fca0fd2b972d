#include "launch/record_files.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "launch/spec_file.hpp"

namespace orch {

constexpr AttemptKey kKey{JobId{7}, 2};

ExitRecord sample() {
    ExitRecord exit;
    exit.key = kKey;
    exit.outcome = Outcome::kExited;
    exit.exit_code = 3;
    exit.detail = "a \xff byte that is no text";
    exit.output_bytes = 5'000'000'000;
    exit.user_ms = 12;
    return exit;
}

std::string replaced(std::string text, const std::string& old, const std::string& with) {
    return text.replace(text.find(old), old.size(), with);
}

TEST(ExitFile, IsReadAsItWasWritten) {
    const auto read = decodeExit(encodeExit(sample()), kKey);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->outcome, Outcome::kExited);
    EXPECT_EQ(read->exit_code, 3);
    EXPECT_EQ(read->signal, std::nullopt);
    EXPECT_EQ(read->output_bytes, 5'000'000'000U);
    EXPECT_EQ(read->detail, "a \xef\xbf\xbd byte that is no text");
}

TEST(ExitFile, EveryTruncationIsDamage) {
    const auto whole = encodeExit(sample());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_FALSE(decodeExit(whole.substr(0, length), kKey)) << length;
    }
}

TEST(ExitFile, EveryChangedByteIsDamage) {
    const auto whole = encodeExit(sample());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto changed = whole;
        changed[i] = changed[i] == '1' ? '2' : '1';
        EXPECT_FALSE(decodeExit(changed, kKey)) << changed;
    }
}

TEST(ExitFile, RecordOfAnotherAttemptIsNotOurs) {
    EXPECT_FALSE(decodeExit(encodeExit(sample()), {JobId{7}, 3}));
    EXPECT_FALSE(decodeExit(encodeExit(sample()), {JobId{8}, 2}));
}

TEST(ExitFile, ExitWithoutACodeIsNoExit) {
    auto exit = sample();
    exit.exit_code.reset();
    EXPECT_FALSE(decodeExit(encodeExit(exit), kKey));
}

TEST(ExitFile, GarbageIsDamage) {
    for (const auto* text : {"", "null", "[]", "{}", "0", "\xff\xff", "{\"format\":1}"}) {
        EXPECT_FALSE(decodeExit(text, kKey)) << text;
    }
}

TEST(ProcFile, IsReadAsItWasWritten) {
    const ProcRecord proc{kKey, "boot", {10, 1'000'000'000'000}, {11, 5}};
    const auto read = decodeProc(encodeProc(proc), kKey);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->boot_id, "boot");
    EXPECT_EQ(read->shim, proc.shim);
    EXPECT_EQ(read->agent, proc.agent);
}

TEST(ProcFile, NextFormatAndUnknownKeysAreRead) {
    const auto text = encodeProc({kKey, "boot", {10, 1}, {11, 5}});
    EXPECT_TRUE(decodeProc(replaced(text, "\"format\":1", "\"format\":2,\"new\":[1]"), kKey));
    EXPECT_FALSE(decodeProc(replaced(text, "\"format\":1", "\"format\":3"), kKey));
    EXPECT_FALSE(decodeProc(replaced(text, "\"format\":1", "\"format\":0"), kKey));
}

ShimSpec sampleSpec() {
    StartSpec start;
    start.key = kKey;
    start.task = "T-1";
    start.command = {"a", "b c"};
    start.folder = "/tmp";
    start.environment = {"ORCH_TASK=T-9", "ORCH_ATTEMPT_MARK=forged", "X=1"};
    start.timeout = Milliseconds{5};
    return shimSpecFor(start);
}

TEST(SpecFile, IsReadAsItWasWritten) {
    const auto spec = sampleSpec();
    const auto read = decodeSpec(encodeSpec(spec));
    EXPECT_EQ(read.start.key, kKey);
    EXPECT_EQ(read.start.command, spec.start.command);
    EXPECT_EQ(read.start.environment, spec.start.environment);
    EXPECT_EQ(read.start.timeout, Milliseconds{5});
    EXPECT_EQ(read.start.output_limit, spec.start.output_limit);
    EXPECT_EQ(read.mark, spec.mark);
}

TEST(SpecFile, EnvironmentNamesTheAttemptAndNoOther) {
    const auto spec = sampleSpec();
    EXPECT_EQ(spec.start.environment,
              (std::vector<std::string>{"X=1",
                                        "ORCH_JOB=7",
                                        "ORCH_ATTEMPT=2",
                                        "ORCH_TASK=T-1",
                                        "ORCH_ATTEMPT_MARK=" + spec.mark}));
}

TEST(SpecFile, MarksAreUnique) {
    EXPECT_NE(sampleSpec().mark, sampleSpec().mark);
}

TEST(SpecFile, BrokenTextIsASentence) {
    EXPECT_THROW((void)decodeSpec("{"), LaunchError);
    EXPECT_THROW((void)decodeSpec("{\"format\":9}"), LaunchError);
    EXPECT_THROW((void)decodeSpec(replaced(encodeSpec(sampleSpec()), "\"a\"", "1")), LaunchError);
}

}  // namespace orch
