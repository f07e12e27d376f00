"""Unpacks the C++ part of a wheel and checks each file against the wheel's own RECORD.

    unpack.py WHEEL FOLDER          torch/{lib,include,share} or nvidia/** into FOLDER
    unpack.py --requirements WHEEL  the requirements that hold on this platform without extras, one a line
"""
import base64
import csv
import hashlib
import os
import re
import sys
import zipfile

WANTED = re.compile(
    r"^(torch/(lib|include|share/cmake)/|torch/version\.py$|torch\.libs/|nvidia/.+/(lib|include)/|torch-[^/]+/licenses/)"
)
# Python bindings and libtorch's own tests: no C++ program links them.
UNWANTED = re.compile(
    r"(libtorch_python|libshm|libtorchbind_test|libjitbackend_test|libbackend_with_compiler|libaoti_custom_ops)"
)
CHUNK = 1 << 22


def read_record(wheel):
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/RECORD"))
    rows = csv.reader(wheel.read(name).decode().splitlines())
    return {row[0]: (row[1], row[2]) for row in rows if len(row) >= 3}


def unpack_file(wheel, info, record, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with wheel.open(info) as source, open(target, "wb") as sink:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            sink.write(chunk)
    expected, expected_size = record.get(info.filename, ("", ""))
    if not expected.startswith("sha256="):
        sys.exit(f"ERROR: {info.filename} is not listed with a sha256 in the wheel's RECORD")
    found = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    if expected != f"sha256={found}" or (expected_size and int(expected_size) != size):
        sys.exit(f"ERROR: {info.filename} is damaged: its hash or size differs from the wheel's RECORD")
    mode = info.external_attr >> 16
    if mode & 0o111:
        os.chmod(target, 0o755)


def unpack(path, folder):
    root = os.path.realpath(folder)
    with zipfile.ZipFile(path) as wheel:
        record = read_record(wheel)
        wanted = [i for i in wheel.infolist() if WANTED.match(i.filename) and not UNWANTED.search(i.filename)]
        files = [i for i in wanted if not i.is_dir()]
        total, done, shown = sum(i.file_size for i in files), 0, 0
        for info in files:
            target = os.path.realpath(os.path.join(root, info.filename))
            if not target.startswith(root + os.sep):
                sys.exit(f"ERROR: {info.filename} would be written outside {root}")
            unpack_file(wheel, info, record, target)
            done += info.file_size
            if done - shown >= 50_000_000 or done == total:
                shown = done
                print(f"unpacked {done // 1_000_000} of {total // 1_000_000} MB", flush=True)


def requirements(path):
    with zipfile.ZipFile(path) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
        lines = wheel.read(name).decode().splitlines()
    for line in lines:
        if not line.startswith("Requires-Dist:"):
            continue
        requirement, _, marker = line.split(":", 1)[1].partition(";")
        if "extra ==" in marker:
            continue
        print(requirement.strip().replace(" ", ""))


if __name__ == "__main__":
    if sys.argv[1] == "--requirements":
        requirements(sys.argv[2])
    else:
        unpack(sys.argv[1], sys.argv[2])
