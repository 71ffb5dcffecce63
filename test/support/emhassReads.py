"""What EMHASS itself makes of what is posted to it: its own code reads each body, and places it into its own steps."""
import asyncio, json, logging, pathlib, sys
from datetime import datetime

import emhass
import pandas
from emhass import forecast, utils

root = pathlib.Path(emhass.__file__).parent
paths = {
    "root_path": root,
    "data_path": root / "data",
    "defaults_path": root / "data" / "config_defaults.json",
    "associations_path": root / "data" / "associations.csv",
}
logger = logging.getLogger("emhass")


class PandasAt:
    """pandas, by the clock of the test."""

    def __init__(self, now):
        class Timestamp(pandas.Timestamp):
            @classmethod
            def now(cls, tz=None):
                return pandas.Timestamp(now).tz_convert(tz)

        self.Timestamp = Timestamp

    def __getattr__(self, name):
        return getattr(pandas, name)


async def steps(now, step, rounding, body):
    """A body as it is posted at an instant: each step of the horizon with its price for load and for production."""
    utils._get_now = lambda: now
    forecast.pd = PandasAt(now)
    config = await utils.build_config(paths, logger, paths["defaults_path"])
    config |= {"optimization_time_step": step, "method_ts_round": rounding}
    params = await utils.build_params(paths, {"time_zone": "America/New_York"}, config, logger)
    hass, optim, plant = utils.get_yaml_parse(params, logger)
    treated, hass, optim, plant = await utils.treat_runtimeparams(
        json.dumps(body), params, hass, optim, plant, "naive-mpc-optim", logger, paths
    )
    horizon = json.loads(treated)["passed_data"]["prediction_horizon"]
    reader = forecast.Forecast(hass, optim, plant, treated, paths, logger)
    frame = pandas.DataFrame({"load": 0.0}, index=reader.forecast_dates[:horizon])
    frame = reader.get_load_cost_forecast(frame, method=optim["load_cost_forecast_method"])
    frame = reader.get_prod_price_forecast(frame, method=optim["production_price_forecast_method"])
    return [
        [int(at.timestamp() * 1000), row["unit_load_cost"], row["unit_prod_price"]] for at, row in frame.iterrows()
    ]


async def all_steps(asked):
    return [
        await steps(datetime.fromisoformat(each["now"]), each["step"], each["rounding"], each["body"])
        for each in asked
    ]


print(json.dumps(asyncio.run(all_steps(json.load(sys.stdin)))))
