"""The plain recipe on a table: ``python benchmarks/plain_table.py MODEL.joblib IN.csv OUT.csv``. It must not be slowed."""

import sys

import joblib
import pandas as pd

if __name__ == "__main__":
    model = joblib.load(sys.argv[1])
    frame = pd.read_csv(sys.argv[2], dtype=str)
    frame["诈骗类型"] = model.predict(frame["案情描述"])
    frame.to_csv(sys.argv[3], index=False, encoding="utf-8-sig")
