# Writes OUTPUT, a C++ file with the contents of FILES: unipic::serve::embedded_files().

set(arrays "")
set(table "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER ${name} identifier)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND arrays "const unsigned char k_${identifier}[] = {${bytes}0};\n")
  string(APPEND table
    "    {\"${name}\", {reinterpret_cast<const char*>(k_${identifier}), sizeof k_${identifier} - 1}},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"serve/embedded_files.h\"

namespace unipic::serve {
namespace {

${arrays}
const EmbeddedFile kFiles[] = {
${table}};

}  // namespace

std::span<const EmbeddedFile> embedded_files() { return kFiles; }

}  // namespace unipic::serve
")
