#include "train/run/event_file.h"

#include <gtest/gtest.h>

#include "io/png.h"
#include "support/temporary_folder.h"
#include "train/run/crc32c.h"
#include "train/run/event_reader.h"
#include "train/run/protobuf.h"

namespace unipic::train {
namespace {

using test::bytes;
using test::decode_events;
using test::message;
using test::number;
using test::real;
using unipic::test::read_file;

uint32_t crc_of(std::string_view text) { return crc32c(std::as_bytes(std::span(text))); }

TEST(Crc32c, AgreesWithTheVectorsOfRfc3720) {
  std::string counting;
  for (char byte = 0; byte < 32; ++byte) counting += byte;
  EXPECT_EQ(crc_of(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc_of(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc_of(counting), 0x46dd794eU);
  EXPECT_EQ(crc_of(std::string(counting.rbegin(), counting.rend())), 0x113fdb5cU);
  EXPECT_EQ(crc_of("123456789"), 0xe3069283U);
  EXPECT_EQ(crc_of(""), 0U);
}

TEST(Protobuf, EncodesAsItsDocumentationShows) {
  EXPECT_EQ(ProtobufMessage().integer(1, 150).encoded(), "\x08\x96\x01");
  EXPECT_EQ(ProtobufMessage().bytes(2, "testing").encoded(), "\x12\x07testing");
  EXPECT_EQ(ProtobufMessage().message(3, ProtobufMessage().integer(1, 150)).encoded(),
            "\x1a\x03\x08\x96\x01");
  EXPECT_EQ(ProtobufMessage().integer(1, -2).encoded(),
            "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  EXPECT_EQ(ProtobufMessage().real(5, 1.5F).encoded(), std::string("\x2d\0\0\xc0\x3f", 5));
  EXPECT_EQ(ProtobufMessage().real(16, 1.0).encoded(),
            std::string("\x81\x01\0\0\0\0\0\0\xf0\x3f", 10));
}

class EventFileTest : public testing::Test {
 protected:
  EventFileTest() : events_(folder_.path(), /*first_step=*/7, /*wall_time=*/1700000000.25) {}

  // The events after the two that begin a file.
  std::vector<test::ProtobufFields> written() const {
    auto all = decode_events(read_file(events_.path()));
    all.erase(all.begin(), all.begin() + 2);
    return all;
  }

  unipic::test::TemporaryFolder folder_;
  EventFile events_;
};

TEST_F(EventFileTest, BeginsWithItsVersionAndTheStepItGoesOnFrom) {
  EXPECT_TRUE(events_.path().filename().string().starts_with("events.out.tfevents.1700000000."));
  const auto all = decode_events(read_file(events_.path()));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(bytes(all[0], 3), "brain.Event:2");
  EXPECT_EQ(real(all[0], 1), 1700000000.25);
  EXPECT_EQ(number(all[1], 2), 7U);
  EXPECT_EQ(number(message(all[1], 7), 1), 1U);
}

TEST_F(EventFileTest, TakesANewNameForEachFile) {
  const EventFile second(folder_.path(), 0, 1700000000.25);
  EXPECT_NE(second.path(), events_.path());
  EXPECT_EQ(decode_events(read_file(events_.path())).size(), 2U);
}

TEST_F(EventFileTest, HoldsScalars) {
  events_.scalars(300, 1700000001.5, {{"loss", 0.1}, {"lr", -2.5}});
  const auto events = written();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(real(events[0], 1), 1700000001.5);
  EXPECT_EQ(number(events[0], 2), 300U);
  const auto summary = message(events[0], 5);
  ASSERT_EQ(summary.count(1), 2U);
  const auto first = test::decode_message(std::get<std::string>(summary.begin()->second));
  const auto second = test::decode_message(std::get<std::string>(summary.rbegin()->second));
  EXPECT_EQ(bytes(first, 1), "loss");
  EXPECT_EQ(std::bit_cast<float>(static_cast<uint32_t>(number(first, 2))), 0.1F);
  EXPECT_EQ(bytes(second, 1), "lr");
  EXPECT_EQ(std::bit_cast<float>(static_cast<uint32_t>(number(second, 2))), -2.5F);
}

TEST_F(EventFileTest, HoldsText) {
  events_.text(1, 2, "prompt", "a **cat**");
  const auto value = message(message(written().at(0), 5), 1);
  EXPECT_EQ(bytes(value, 1), "prompt");
  const auto tensor = message(value, 8);
  EXPECT_EQ(number(tensor, 1), 7U);
  EXPECT_EQ(bytes(tensor, 8), "a **cat**");
  EXPECT_EQ(bytes(message(message(value, 9), 1), 1), "text");
}

TEST_F(EventFileTest, HoldsPictures) {
  const Image image{.width = 2, .height = 1, .pixels = {1, 2, 3, 250, 251, 252}};
  events_.picture(1, 2, "sample", image);
  const auto value = message(message(written().at(0), 5), 1);
  EXPECT_EQ(bytes(value, 1), "sample");
  const auto content = message(value, 4);
  EXPECT_EQ(number(content, 1), 1U);
  EXPECT_EQ(number(content, 2), 2U);
  EXPECT_EQ(number(content, 3), 3U);
  const auto png = bytes(content, 4);
  EXPECT_EQ(io::decode_png(std::as_bytes(std::span(png)), "sample"), image);
}

TEST(EventRecord, HasChecksumsThatNoticeEveryFlippedBit) {
  auto record = event_record("\x10\x05");
  EXPECT_EQ(decode_events(record).size(), 1U);
  for (size_t bit = 0; bit < 8 * record.size(); ++bit) {
    const auto mask = static_cast<char>(1 << bit % 8);
    record[bit / 8] ^= mask;
    EXPECT_THROW(decode_events(record), std::runtime_error) << bit;
    record[bit / 8] ^= mask;
  }
}

}  // namespace
}  // namespace unipic::train
