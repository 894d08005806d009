#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>

namespace unipic::serve {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

// What a server needs to speak TLS 1.2 and above: its certificate, with those between it and the
// root, and its private key, both PEM. Throws `Error` that names the file that is wrong.
TlsContext load_tls(const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace unipic::serve
