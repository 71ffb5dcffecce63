"""A VTN of OpenLEADR that signs what it sends and takes what is signed: what it hears is a line of JSON each."""
import asyncio, json, sys
from datetime import datetime, timedelta, timezone
from functools import partial
from openleadr import OpenADRServer
from openleadr.messaging import create_message, validate_xml_schema, validate_xml_signature

given = json.loads(sys.argv[1])


def tell(**words):
    print(json.dumps(words), flush=True)


def check():
    """Messages given on stdin, one JSON text a line: whether their signatures hold."""
    for line in sys.stdin:
        try:
            validate_xml_signature(validate_xml_schema(json.loads(line)))
            tell(valid=True)
        except Exception as error:
            tell(valid=False, why=f'{type(error).__name__}: {error}')


def sign():
    """A signed oadrResponse."""
    cert, key = open(given['certificate']).read(), open(given['key'], 'rb').read()
    response = {'response_code': 200, 'response_description': 'OK', 'request_id': 'r-1'}
    tell(xml=create_message('oadrResponse', cert=cert, key=key, response=response, ven_id='my.ven'))


async def on_create_party_registration(info):
    tell(registered=info['ven_id'], signs=info['xml_signature'])
    return info['ven_id'], 'registration-1'


async def on_register_report(ven_id, resource_id, measurement, unit, scale,
                             min_sampling_interval, max_sampling_interval):
    tell(offered=measurement)
    if measurement != 'RealEnergy':
        return None  # OpenLEADR fails on a status, and on intervals with several values
    return partial(on_update_report, ven_id=ven_id, measurement=measurement), timedelta(0), timedelta(0)


async def on_update_report(data, ven_id, measurement):
    tell(reported=measurement, values=[value for _, value in data])


async def on_answer(ven_id, event_id, opt_type):
    tell(answered=opt_type)


async def serve():
    lookup = lambda ven_id: {'ven_id': ven_id, 'registration_id': 'registration-1', 'fingerprint': given['venFingerprint']}
    server = OpenADRServer(vtn_id='openleadr', cert=given['certificate'], key=given['key'], http_port=0,
                           http_cert=given['tlsCertificate'], http_key=given['tlsKey'], http_ca_file=given['authority'],
                           ven_lookup=lookup, requested_poll_freq=timedelta(seconds=2), show_fingerprint=False)
    server.add_handler('on_create_party_registration', on_create_party_registration)
    server.add_handler('on_register_report', on_register_report)
    start = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    server.add_event(ven_id=given['venID'], signal_name='ELECTRICITY_PRICE', signal_type='price', callback=on_answer,
                     intervals=[{'dtstart': start + timedelta(hours=hour), 'duration': timedelta(hours=1), 'signal_payload': 0.1 + hour / 100}
                                for hour in range(3)])
    await server.run()
    tell(port=server.app_runner.addresses[0][1])
    await asyncio.Event().wait()


if given['do'] == 'check':
    check()
elif given['do'] == 'sign':
    sign()
else:
    asyncio.run(serve())
