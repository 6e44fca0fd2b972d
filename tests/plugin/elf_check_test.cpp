#include "plugin/elf_check.hpp"

#include <elf.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include "base/files.hpp"
#include "plugin/test_plugins.hpp"

namespace orch {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string bytesOf(const std::string& plugin) {
    return *readFile(testing::testPlugin(plugin));
}

/// The findings on bytes that end where their memory ends, so that a sanitizer sees a step too far.
std::vector<std::string> findingsOnExactly(std::string_view bytes) {
    const auto copy = std::make_unique<char[]>(bytes.size());
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    return elfFindings({copy.get(), bytes.size()});
}

template <typename Header>
std::string changed(std::string bytes, void (*change)(Header&)) {
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    change(header);
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
}

TEST(ElfCheckTest, NothingIsFoundInAGoodPlugin) {
    EXPECT_THAT(elfFindings(bytesOf("good")), IsEmpty());
    EXPECT_THAT(elfFindings(bytesOf("good_versioned")), IsEmpty());
}

// proves H7
TEST(ElfCheckTest, NothingIsFoundInWhatTheSdkBuilds) {
    EXPECT_THAT(elfFindings(bytesOf("disk-watch")), IsEmpty());
}

struct BadPlugin {
    const char* name;
    const char* finding;
};
struct BadPluginTest : ::testing::TestWithParam<BadPlugin> {};

// proves H1
TEST_P(BadPluginTest, IsFoundWithItsReason) {
    EXPECT_THAT(elfFindings(bytesOf(GetParam().name)), Contains(HasSubstr(GetParam().finding)));
}

TEST_P(BadPluginTest, HasASentenceWithACure) {
    for (const auto& finding : elfFindings(bytesOf(GetParam().name))) {
        EXPECT_THAT(finding,
                    ::testing::AnyOf(HasSubstr("; build it with orch_add_plugin()"),
                                     HasSubstr("; make it a member")));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Zoo,
    BadPluginTest,
    ::testing::Values(
        BadPlugin{"two_exports", "exports 1 symbol (orch_helper) besides orch_plugin_v1"},
        BadPlugin{"no_export", "does not export orch_plugin_v1"},
        BadPlugin{"unique", "as unique in the process"},
        BadPlugin{"nodelete", "is linked with -z nodelete: it could never be unloaded"},
        BadPlugin{"execstack", "asks for an executable stack"},
        BadPlugin{"rpath", "names folders to look for libraries in (RPATH)"},
        BadPlugin{"thread_local_destructor", "has a thread_local variable with a destructor"},
        BadPlugin{"static_tls", "keeps thread_local variables in static storage"},
        BadPlugin{"text_relocation", "has code that must be written to when it is loaded"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(ElfCheckTest, APluginThatIsBadInOneWayHasOneFinding) {
    for (const auto* name : {"two_exports", "no_export", "nodelete", "execstack", "rpath"}) {
        EXPECT_EQ(elfFindings(bytesOf(name)).size(), 1U) << name;
    }
}

TEST(ElfCheckTest, AProgramIsNoLibrary) {
    EXPECT_THAT(elfFindings(*readFile("/proc/self/exe", 1U << 30U)),
                ElementsAre(StartsWith("is a program or an object file, no shared library")));
}

TEST(ElfCheckTest, AnythingElseThanElfIsSaidToBeNone) {
    const auto none = ElementsAre(StartsWith("is no shared library: it does not begin as an ELF"));
    EXPECT_THAT(elfFindings(""), none);
    EXPECT_THAT(elfFindings("#!/bin/sh\necho hello\n" + std::string(100, ' ')), none);
    EXPECT_THAT(elfFindings("\177ELF"), none);
}

TEST(ElfCheckTest, ALibraryForAnotherMachineIsSaidToBeSo) {
    const auto other = ElementsAre(StartsWith("is built for another kind of machine"));
    const auto good = bytesOf("good");
    EXPECT_THAT(
        elfFindings(changed<Elf64_Ehdr>(good, [](auto& head) { head.e_machine = EM_SPARC; })),
        other);
    EXPECT_THAT(elfFindings(changed<Elf64_Ehdr>(
                    good, [](auto& head) { head.e_ident[EI_CLASS] = ELFCLASS32; })),
                other);
}

TEST(ElfCheckTest, AnObjectFileIsNoLibrary) {
    const auto object =
        changed<Elf64_Ehdr>(bytesOf("good"), [](auto& head) { head.e_type = ET_REL; });
    EXPECT_THAT(elfFindings(object), ElementsAre(HasSubstr("no shared library")));
}

TEST(ElfCheckTest, ALibraryThatSaysNothingOfItsStackWouldGetAnExecutableOne) {
    auto bytes = bytesOf("good");
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        auto* const at = &bytes[header.e_phoff + i * sizeof(Elf64_Phdr)];
        Elf64_Phdr segment;
        std::memcpy(&segment, at, sizeof segment);
        if (segment.p_type == PT_GNU_STACK) std::memset(at, 0, sizeof segment);
    }
    EXPECT_THAT(elfFindings(bytes), ElementsAre(StartsWith("asks for an executable stack")));
}

TEST(ElfCheckTest, AFileCutAnywhereIsRefused) {
    const auto good = bytesOf("good");
    for (std::size_t size = 0; size < good.size(); ++size) {
        ASSERT_THAT(findingsOnExactly(std::string_view{good}.substr(0, size)), Not(IsEmpty()))
            << "cut at byte " << size;
    }
}

/// Without its table of sections, which the loader does not need and a linker puts last.
std::string withoutSections(const std::string& bytes) {
    return changed<Elf64_Ehdr>(bytes, [](auto& head) { head.e_shoff = head.e_shnum = 0; });
}

std::size_t endOfSegments(const std::string& bytes) {
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    std::size_t end = 0;
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, &bytes[header.e_phoff + i * sizeof segment], sizeof segment);
        if (segment.p_type == PT_LOAD) end = std::max(end, segment.p_offset + segment.p_filesz);
    }
    return end;
}

TEST(ElfCheckTest, AFileWithoutSectionsIsRefusedWhereItsSegmentsAreCut) {
    const auto good = withoutSections(bytesOf("good"));
    EXPECT_THAT(elfFindings(good), IsEmpty());
    for (std::size_t size = 0; size < endOfSegments(good); ++size) {
        ASSERT_THAT(findingsOnExactly(std::string_view{good}.substr(0, size)), Not(IsEmpty()))
            << "cut at byte " << size;
    }
}

TEST(ElfCheckTest, WhateverBytesChangeTheCheckComesToAnEnd) {
    const auto good = bytesOf("good");
    std::mt19937 random{2026};  // NOLINT(bugprone-random-generator-seed): the same each time
    std::uniform_int_distribution<std::size_t> place{0, good.size() - 1}, front{0, 2047};
    for (int round = 0; round < 2000; ++round) {
        auto bytes = good;
        for (int flips = 0; flips <= round % 4; ++flips) {
            auto& byte = bytes[round % 2 == 0 ? front(random) : place(random)];
            byte = static_cast<char>(byte ^ static_cast<char>(1U << (random() % 8U)));
        }
        for (const auto& finding : findingsOnExactly(bytes)) ASSERT_GT(finding.size(), 10U);
    }
}

TEST(ElfCheckTest, NumbersOfTheLargestKindLeadNowhere) {
    const auto good = bytesOf("good");
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= 2048; at += 4) {
        auto bytes = good;
        std::memset(&bytes[at], 0xff, sizeof(std::uint64_t));
        (void)findingsOnExactly(bytes);
        std::memset(&bytes[at], 0, sizeof(std::uint64_t));
        (void)findingsOnExactly(bytes);
    }
}

}  // namespace orch
