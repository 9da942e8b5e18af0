//! The asset pipeline: WebAssembly and its bindings, the stylesheet, fonts and public files, hashed and compressed.

use crate::{process::run, sizes, tools, workspace::Workspace};
use anyhow::{Context, Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

/// Content by path with forward slashes.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes `target/site`; leaves it untouched when nothing changed, so that cargo does not rebuild the server. Fails when
/// what ships is larger than allowed.
pub fn build(workspace: &Workspace, release: bool) -> Result<()> {
    let mut package = bindings(&wasm(workspace, release)?, release)?;
    let root = &workspace.root;
    let mut boot = read(&root.join("frontend/boot.js"))?;
    if !release {
        boot.extend(read(&root.join("frontend/reload.js"))?);
    }
    package.insert("boot.js".into(), boot);
    for script in ["try.js", "passkey.js"] {
        package.insert(script.into(), read(&root.join("frontend").join(script))?);
    }
    package.insert("main.css".into(), stylesheet(&root.join("style/main.css"))?.into_bytes());
    collect(&root.join("style/fonts"), "fonts/", &mut package)?;
    let mut public = Files::new();
    collect(&root.join("public"), "", &mut public)?;

    let folder = format!("pkg/{}", hash(release, &[&package, &public]));
    let manifest = serde_json::json!({ "folder": format!("/{folder}") }).to_string();
    let site = workspace.site();
    if fs::read_to_string(site.join("manifest.json")).is_ok_and(|written| written == manifest) {
        eprintln!("Assets are up to date: /{folder}");
        return sizes::report(&site.join(&folder), release);
    }

    let mut files = public;
    files.extend(package.into_iter().map(|(path, content)| (format!("{folder}/{path}"), content)));
    add_compressed(&mut files, release)?;
    files.insert("manifest.json".into(), manifest.into_bytes());
    replace(&site, &files)?;
    eprintln!("Assets: /{folder}");
    sizes::report(&site.join(&folder), release)
}

fn wasm(workspace: &Workspace, release: bool) -> Result<PathBuf> {
    tools::ensure_wasm_target(&workspace.root)?;
    let (profile, folder) =
        if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let target = "wasm32-unknown-unknown";
    run(&mut workspace.cargo([
        "build",
        "-p",
        "frontend",
        "--target",
        target,
        "--profile",
        profile,
    ]))?;
    Ok(workspace.target.join(target).join(folder).join("frontend.wasm"))
}

fn bindings(wasm: &Path, release: bool) -> Result<Files> {
    let folder = tempfile::tempdir()?;
    Bindgen::new()
        .input_path(wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(true)
        .generate(folder.path())
        .context("wasm-bindgen")?;
    let mut files = Files::new();
    collect(folder.path(), "", &mut files)?;
    Ok(files)
}

fn stylesheet(entry: &Path) -> Result<String> {
    // The first versions with light-dark(): below them lightningcss would replace each of its uses.
    let targets = Targets::from(Browsers {
        chrome: Some(123 << 16),
        firefox: Some(120 << 16),
        safari: Some(17 << 16 | 5 << 8),
        ..Browsers::default()
    });
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet =
        bundler.bundle(entry).map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let printed =
        sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })?;
    Ok(printed.code)
}

fn collect(folder: &Path, prefix: &str, into: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), into)?;
        } else {
            into.insert(path, read(&entry.path())?);
        }
    }
    Ok(())
}

fn hash(release: bool, groups: &[&Files]) -> String {
    // The profile counts too: it decides how hard the same content is compressed.
    let mut hasher = Sha256::new_with_prefix([u8::from(release)]);
    for (path, content) in groups.iter().copied().flatten() {
        for part in [path.as_bytes(), content] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize()[..8].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn add_compressed(files: &mut Files, release: bool) -> Result<()> {
    const COMPRESSIBLE: [&str; 8] =
        ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
    let params = brotli::enc::BrotliEncoderParams {
        quality: if release { 11 } else { 4 },
        ..Default::default()
    };
    let level = flate2::Compression::new(if release { 9 } else { 1 });
    let mut compressed = Files::new();
    for (path, content) in &*files {
        if !COMPRESSIBLE.iter().any(|extension| path.ends_with(&format!(".{extension}"))) {
            continue;
        }
        let mut br = Vec::new();
        brotli::BrotliCompress(&mut content.as_slice(), &mut br, &params)?;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), level);
        gz.write_all(content)?;
        for (extension, small) in [("br", br), ("gz", gz.finish()?)] {
            if small.len() < content.len() {
                compressed.insert(format!("{path}.{extension}"), small);
            }
        }
    }
    files.append(&mut compressed);
    Ok(())
}

/// Swaps the whole folder: a debug server reads it at any moment and must never find half of it.
fn replace(site: &Path, files: &Files) -> Result<()> {
    let parent = site.parent().context("the site has no parent folder")?;
    fs::create_dir_all(parent)?;
    let next = tempfile::Builder::new().prefix("site-").tempdir_in(parent)?;
    for (path, content) in files {
        let path = next.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(next.path()))?;
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    let previous = tempfile::Builder::new().prefix("site-").tempdir_in(parent)?;
    if site.exists() {
        fs::rename(site, previous.path().join("site"))?;
    }
    fs::rename(next.keep(), site).with_context(|| format!("replacing {}", site.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}
