BEGIN TRANSACTION;
CREATE TABLE cx_attempt (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY("key") REFERENCES cx_outbox ("key") ON DELETE CASCADE
);
INSERT INTO "cx_attempt" VALUES(1,'0fd32214645edf7fc7445cbae6bf5334','{"schema":1,"key":"0fd32214645edf7fc7445cbae6bf5334","number":1,"channel":"EMAIL","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(2,'6b00243b8f97853bcb96aa5e0b4d989d','{"schema":1,"key":"6b00243b8f97853bcb96aa5e0b4d989d","number":1,"channel":"EMAIL","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Failed","reason":"no_such_address","retryable":false}}');
INSERT INTO "cx_attempt" VALUES(3,'6b00243b8f97853bcb96aa5e0b4d989d','{"schema":1,"key":"6b00243b8f97853bcb96aa5e0b4d989d","number":2,"channel":"POST","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(4,'e76467ed5eff1340376c2e1e2a746bba','{"schema":1,"key":"e76467ed5eff1340376c2e1e2a746bba","number":1,"channel":"EMAIL","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Failed","reason":"busy","retryable":true}}');
INSERT INTO "cx_attempt" VALUES(5,'e2d06d1a24292021fb83ad6617b62b4a','{"schema":1,"key":"e2d06d1a24292021fb83ad6617b62b4a","number":1,"channel":"TEXT","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(6,'29a68bd4acff2ff8526198017b88165a','{"schema":1,"key":"29a68bd4acff2ff8526198017b88165a","number":1,"channel":"FACE_TO_FACE","at":"2026-03-02T09:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(7,'e76467ed5eff1340376c2e1e2a746bba','{"schema":1,"key":"e76467ed5eff1340376c2e1e2a746bba","number":2,"channel":"EMAIL","at":"2026-03-02T09:00:39.592353+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(8,'81ebae66fc1db9f621f73ff082b835a7','{"schema":1,"key":"81ebae66fc1db9f621f73ff082b835a7","number":1,"channel":"TEXT","at":"2026-03-02T12:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(9,'1fceda4dc2a501c9fb4b383c98756ccf','{"schema":1,"key":"1fceda4dc2a501c9fb4b383c98756ccf","number":1,"channel":"FACE_TO_FACE","at":"2026-03-02T12:00:00+00:00","outcome":{"came":"Deferred","until":"2026-03-02T14:00:00+00:00"}}');
INSERT INTO "cx_attempt" VALUES(10,'674f64d0e268e9f1f731d803faa69459','{"schema":1,"key":"674f64d0e268e9f1f731d803faa69459","number":1,"channel":"POST","at":"2026-03-02T12:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(11,'1fceda4dc2a501c9fb4b383c98756ccf','{"schema":1,"key":"1fceda4dc2a501c9fb4b383c98756ccf","number":2,"channel":"FACE_TO_FACE","at":"2026-03-02T14:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(12,'93ed37a0ef7b80c70ae5fa880ae8ac0b','{"schema":1,"key":"93ed37a0ef7b80c70ae5fa880ae8ac0b","number":1,"channel":"EMAIL","at":"2026-03-02T15:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
INSERT INTO "cx_attempt" VALUES(13,'231355b5365f40bfff833f39fe7367b9','{"schema":1,"key":"231355b5365f40bfff833f39fe7367b9","number":1,"channel":"FACE_TO_FACE","at":"2026-03-02T22:00:00+00:00","outcome":{"came":"Sent","receipt":"receipt","note":"nothing was unclear"}}');
CREATE TABLE cx_customer (
	customer TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	attention_at TEXT, 
	claim BIGINT, 
	lease TEXT, 
	PRIMARY KEY (customer)
);
INSERT INTO "cx_customer" VALUES('anna',20,'2026-03-02T22:00:00.000000+00:00',NULL,NULL);
INSERT INTO "cx_customer" VALUES('bert',11,'2026-04-01T09:00:00.000000+00:00',NULL,NULL);
INSERT INTO "cx_customer" VALUES('cleo',13,'2026-03-16T12:00:00.000000+00:00',NULL,NULL);
INSERT INTO "cx_customer" VALUES('dora',5,'2026-04-01T09:00:00.000000+00:00',NULL,NULL);
CREATE TABLE cx_journey (
	customer TEXT NOT NULL, 
	engagement TEXT NOT NULL, 
	head TEXT NOT NULL, 
	wake_at TEXT, 
	events BIGINT NOT NULL, 
	steps BIGINT NOT NULL, 
	PRIMARY KEY (customer, engagement), 
	FOREIGN KEY(customer) REFERENCES cx_customer (customer) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "cx_journey" VALUES('anna','','{"schema":1,"chart":{"key":"eight_phases","version":1},"customer":"anna","engagement":"","seq":7,"as_of":null,"left_out":0,"events":[],"course":null,"counts":null}','2026-03-09T14:00:00.000001+00:00',7,7);
INSERT INTO "cx_journey" VALUES('bert','a','{"schema":1,"chart":{"key":"eight_phases","version":1},"customer":"bert","engagement":"a","seq":2,"as_of":null,"left_out":0,"events":[],"course":null,"counts":null}','2026-04-01T09:00:00.000000+00:00',2,2);
INSERT INTO "cx_journey" VALUES('cleo','','{"schema":1,"chart":{"key":"eight_phases","version":1},"customer":"cleo","engagement":"","seq":6,"as_of":null,"left_out":0,"events":[],"course":null,"counts":null}','2026-03-16T12:00:00.000000+00:00',6,6);
INSERT INTO "cx_journey" VALUES('dora','','{"schema":1,"chart":{"key":"eight_phases","version":1},"customer":"dora","engagement":"","seq":2,"as_of":"2026-03-02T22:00:00+00:00","left_out":0,"events":[],"course":null,"counts":null}','2026-04-01T09:00:00.000000+00:00',2,2);
CREATE TABLE cx_log (
	customer TEXT NOT NULL, 
	engagement TEXT NOT NULL, 
	part TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (customer, engagement, part, seq), 
	FOREIGN KEY(customer, engagement) REFERENCES cx_journey (customer, engagement) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "cx_log" VALUES('anna','','event',1,'{"seq":1,"kind":"contacted","at":"2026-03-02T09:00:00+00:00","id":"event 0","payload":{}}');
INSERT INTO "cx_log" VALUES('anna','','event',2,'{"seq":2,"kind":"purchased","at":"2026-03-02T12:00:00+00:00","id":"event 4","payload":{}}');
INSERT INTO "cx_log" VALUES('anna','','event',3,'{"seq":3,"kind":"reassured","at":"2026-03-02T12:00:00+00:00","id":"sent:81ebae66fc1db9f621f73ff082b835a7","payload":{}}');
INSERT INTO "cx_log" VALUES('anna','','event',4,'{"seq":4,"kind":"fulfilled","at":"2026-03-02T14:00:00+00:00","id":"sent:1fceda4dc2a501c9fb4b383c98756ccf","payload":{"obligation":"1:hand_over:event 4"}}');
INSERT INTO "cx_log" VALUES('anna','','event',5,'{"seq":5,"kind":"result_achieved","at":"2026-03-02T14:00:00+00:00","id":"event 6","payload":{}}');
INSERT INTO "cx_log" VALUES('anna','','event',6,'{"seq":6,"kind":"feedback_asked","at":"2026-03-02T15:00:00+00:00","id":"sent:93ed37a0ef7b80c70ae5fa880ae8ac0b","payload":{}}');
INSERT INTO "cx_log" VALUES('anna','','event',7,'{"seq":7,"kind":"feedback_captured","at":"2026-03-02T22:00:00+00:00","id":"event 8","payload":{"text":"good"}}');
INSERT INTO "cx_log" VALUES('anna','','step',1,'{"schema":1,"seq":1,"effect":"MOVED","rows":["T01"],"place":"ASSESS","opened":[],"met":[],"planned":["0fd32214645edf7fc7445cbae6bf5334"]}');
INSERT INTO "cx_log" VALUES('anna','','step',2,'{"schema":1,"seq":2,"effect":"MOVED","rows":["T03"],"place":"AFFIRM","opened":["1:affirm_decision:event 4","1:hand_over:event 4"],"met":[],"planned":["989e5a82295d4d7f2f7eda31fbfe910c","81ebae66fc1db9f621f73ff082b835a7","1fceda4dc2a501c9fb4b383c98756ccf"]}');
INSERT INTO "cx_log" VALUES('anna','','step',3,'{"schema":1,"seq":3,"effect":"NOTED","rows":[],"place":"AFFIRM","opened":[],"met":["1:affirm_decision:event 4"],"planned":[]}');
INSERT INTO "cx_log" VALUES('anna','','step',4,'{"schema":1,"seq":4,"effect":"NOTED","rows":[],"place":"AFFIRM","opened":[],"met":["1:hand_over:event 4"],"planned":[]}');
INSERT INTO "cx_log" VALUES('anna','','step',5,'{"schema":1,"seq":5,"effect":"MOVED","rows":["T09"],"place":"ACCOMPLISH","opened":["1:ask_feedback:event 6","1:record_feedback:event 6","1:celebrate_or_recover:event 6"],"met":[],"planned":["93ed37a0ef7b80c70ae5fa880ae8ac0b","0ba2a3d55de8d118eb887552fe08978d"]}');
INSERT INTO "cx_log" VALUES('anna','','step',6,'{"schema":1,"seq":6,"effect":"STAYED","rows":["T11c"],"place":"ACCOMPLISH","opened":[],"met":["1:ask_feedback:event 6"],"planned":[]}');
INSERT INTO "cx_log" VALUES('anna','','step',7,'{"schema":1,"seq":7,"effect":"STAYED","rows":["T11"],"place":"ACCOMPLISH","opened":["1:route_feedback:event 8"],"met":["1:record_feedback:event 6"],"planned":["acd23d1367bb3ea38d37cc213ca37cde"]}');
INSERT INTO "cx_log" VALUES('bert','a','event',1,'{"seq":1,"kind":"asked","at":"2026-03-02T09:00:00+00:00","id":"event 1","payload":{"question":"when?"}}');
INSERT INTO "cx_log" VALUES('bert','a','event',2,'{"seq":2,"kind":"answered","at":"2026-03-02T09:00:39.592353+00:00","id":"sent:e76467ed5eff1340376c2e1e2a746bba","payload":{"obligation":"1:answer:event 1"}}');
INSERT INTO "cx_log" VALUES('bert','a','step',1,'{"schema":1,"seq":1,"effect":"MOVED","rows":["T01b"],"place":"ASSESS","opened":["1:answer:event 1"],"met":[],"planned":["6b00243b8f97853bcb96aa5e0b4d989d","e76467ed5eff1340376c2e1e2a746bba"]}');
INSERT INTO "cx_log" VALUES('bert','a','step',2,'{"schema":1,"seq":2,"effect":"NOTED","rows":[],"place":"ASSESS","opened":[],"met":["1:answer:event 1"],"planned":[]}');
INSERT INTO "cx_log" VALUES('cleo','','event',1,'{"seq":1,"kind":"purchased","at":"2026-03-02T09:00:00+00:00","id":"event 2","payload":{}}');
INSERT INTO "cx_log" VALUES('cleo','','event',2,'{"seq":2,"kind":"reassured","at":"2026-03-02T09:00:00+00:00","id":"sent:e2d06d1a24292021fb83ad6617b62b4a","payload":{}}');
INSERT INTO "cx_log" VALUES('cleo','','event',3,'{"seq":3,"kind":"fulfilled","at":"2026-03-02T09:00:00+00:00","id":"sent:29a68bd4acff2ff8526198017b88165a","payload":{"obligation":"1:hand_over:event 2"}}');
INSERT INTO "cx_log" VALUES('cleo','','event',4,'{"seq":4,"kind":"complained","at":"2026-03-02T12:00:00+00:00","id":"event 5","payload":{}}');
INSERT INTO "cx_log" VALUES('cleo','','event',5,'{"seq":5,"kind":"answered","at":"2026-03-02T12:00:00+00:00","id":"sent:674f64d0e268e9f1f731d803faa69459","payload":{"obligation":"1:acknowledge:event 5"}}');
INSERT INTO "cx_log" VALUES('cleo','','event',6,'{"seq":6,"kind":"reassured","at":"2026-03-02T14:00:00+00:00","id":"event 7","payload":{}}');
INSERT INTO "cx_log" VALUES('cleo','','step',1,'{"schema":1,"seq":1,"effect":"MOVED","rows":["T03"],"place":"AFFIRM","opened":["1:affirm_decision:event 2","1:hand_over:event 2"],"met":[],"planned":["3ec0b7d4b6a201babb52766a2c825dbe","e2d06d1a24292021fb83ad6617b62b4a","29a68bd4acff2ff8526198017b88165a"]}');
INSERT INTO "cx_log" VALUES('cleo','','step',2,'{"schema":1,"seq":2,"effect":"NOTED","rows":[],"place":"AFFIRM","opened":[],"met":["1:affirm_decision:event 2"],"planned":[]}');
INSERT INTO "cx_log" VALUES('cleo','','step',3,'{"schema":1,"seq":3,"effect":"NOTED","rows":[],"place":"AFFIRM","opened":[],"met":["1:hand_over:event 2"],"planned":[]}');
INSERT INTO "cx_log" VALUES('cleo','','step',4,'{"schema":1,"seq":4,"effect":"STAYED","rows":["T06"],"place":"AFFIRM","opened":["1:acknowledge:event 5","1:solve:event 5"],"met":[],"planned":["674f64d0e268e9f1f731d803faa69459","5734df087da797f1b763b038de37e833"]}');
INSERT INTO "cx_log" VALUES('cleo','','step',5,'{"schema":1,"seq":5,"effect":"NOTED","rows":[],"place":"AFFIRM","opened":[],"met":["1:acknowledge:event 5"],"planned":[]}');
INSERT INTO "cx_log" VALUES('cleo','','step',6,'{"schema":1,"seq":6,"effect":"STAYED","rows":["T06b"],"place":"AFFIRM","opened":[],"met":["1:solve:event 5"],"planned":[]}');
INSERT INTO "cx_log" VALUES('dora','','event',1,'{"seq":1,"kind":"asked","at":"2026-03-02T09:00:00+00:00","id":"event 3","payload":{"question":"how?"}}');
INSERT INTO "cx_log" VALUES('dora','','event',2,'{"seq":2,"kind":"answered","at":"2026-03-02T22:00:00+00:00","id":"sent:231355b5365f40bfff833f39fe7367b9","payload":{"obligation":"1:answer:event 3"}}');
INSERT INTO "cx_log" VALUES('dora','','step',1,'{"schema":1,"seq":1,"effect":"MOVED","rows":["T01b"],"place":"ASSESS","opened":["1:answer:event 3"],"met":[],"planned":[]}');
INSERT INTO "cx_log" VALUES('dora','','step',2,'{"schema":1,"seq":2,"effect":"NOTED","rows":[],"place":"ASSESS","opened":[],"met":["1:answer:event 3"],"planned":[]}');
CREATE TABLE cx_meta (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "cx_meta" VALUES(1);
CREATE TABLE cx_outbox (
	"key" TEXT NOT NULL, 
	customer TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	engagement TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reaches TEXT, 
	data TEXT NOT NULL, 
	PRIMARY KEY ("key"), 
	UNIQUE (customer, number), 
	FOREIGN KEY(customer) REFERENCES cx_customer (customer) ON DELETE CASCADE
);
INSERT INTO "cx_outbox" VALUES('0fd32214645edf7fc7445cbae6bf5334','anna',1,'','SENT','77aa6d483428fc6e4517492d736790ed674c1f9e1c7867bc2b2cd5867c63081d','{"schema":1,"intent":{"key":"0fd32214645edf7fc7445cbae6bf5334","customer":"anna","engagement":"","play":"welcome","occurrence":"1:ASSESS:1","cause":"event 0","cycle":1,"purpose":"INFORM","channels":["EMAIL","POST"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":"welcome","due":null,"expires":"2026-03-09T09:00:00+00:00","obligation":null,"place":"ASSESS","wish":null,"tells":null,"internal":false},"number":1,"channel":"EMAIL","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":"77aa6d483428fc6e4517492d736790ed674c1f9e1c7867bc2b2cd5867c63081d","reason":"","settled_at":"2026-03-02T09:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('6b00243b8f97853bcb96aa5e0b4d989d','bert',1,'a','SENT','62b3b32b61298ff9eb8077df10839be85eb11ec22c332cc3d8f812bd9b73b498','{"schema":1,"intent":{"key":"6b00243b8f97853bcb96aa5e0b4d989d","customer":"bert","engagement":"a","play":"welcome","occurrence":"1:ASSESS:1","cause":"event 1","cycle":1,"purpose":"INFORM","channels":["EMAIL","POST"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":"welcome","due":null,"expires":"2026-03-09T09:00:00+00:00","obligation":null,"place":"ASSESS","wish":null,"tells":null,"internal":false},"number":1,"channel":"POST","state":"SENT","next_at":null,"attempts":2,"failures":0,"digest":"62b3b32b61298ff9eb8077df10839be85eb11ec22c332cc3d8f812bd9b73b498","reason":"","settled_at":"2026-03-02T09:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('e76467ed5eff1340376c2e1e2a746bba','bert',2,'a','SENT','ba78e60de2406d0177ae16644f9b95756eb55dc05b0dd56d91b6277a7c581ab3','{"schema":1,"intent":{"key":"e76467ed5eff1340376c2e1e2a746bba","customer":"bert","engagement":"a","play":"answer","occurrence":"1:answer:event 1","cause":"event 1","cycle":1,"purpose":"ANSWER","channels":["EMAIL"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":"answer","due":"2026-03-09T09:00:00+00:00","expires":"2026-03-09T09:00:00+00:00","obligation":"1:answer:event 1","place":null,"wish":null,"tells":"answered","internal":false},"number":2,"channel":"EMAIL","state":"SENT","next_at":null,"attempts":2,"failures":1,"digest":"ba78e60de2406d0177ae16644f9b95756eb55dc05b0dd56d91b6277a7c581ab3","reason":"","settled_at":"2026-03-02T09:00:39.592353+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('3ec0b7d4b6a201babb52766a2c825dbe','cleo',1,'','DENIED',NULL,'{"schema":1,"intent":{"key":"3ec0b7d4b6a201babb52766a2c825dbe","customer":"cleo","engagement":"","play":"more","occurrence":"1:AFFIRM:1","cause":"event 2","cycle":1,"purpose":"SELL","channels":["EMAIL","POST"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":"more","due":null,"expires":"2026-03-09T09:00:00+00:00","obligation":null,"place":"AFFIRM","wish":null,"tells":null,"internal":false},"number":1,"channel":"EMAIL","state":"DENIED","next_at":null,"attempts":0,"failures":0,"digest":"6d80b75d4af2894774fbae4b1717e65e36ebd24762431b1bc30477e97fe27f2b","reason":"C04","settled_at":"2026-03-02T09:00:00+00:00","unsure_at":null,"said":[["EMAIL",{"rule":"C04","ruling":"DENY","reason":"not_approved","source":"002: one employee changed the salutation of 30,000 letters","until":null}],["POST",{"rule":"C04","ruling":"DENY","reason":"not_approved","source":"002: one employee changed the salutation of 30,000 letters","until":null}]]}');
INSERT INTO "cx_outbox" VALUES('e2d06d1a24292021fb83ad6617b62b4a','cleo',2,'','SENT','6120d107e8dd84c76803ed79271a9f119d978b5977f375a72ecb96156c300da8','{"schema":1,"intent":{"key":"e2d06d1a24292021fb83ad6617b62b4a","customer":"cleo","engagement":"","play":"affirm","occurrence":"1:affirm_decision:event 2","cause":"event 2","cycle":1,"purpose":"AFFIRM","channels":["TEXT"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":"affirm","due":"2026-03-04T09:00:00+00:00","expires":"2026-03-09T09:00:00+00:00","obligation":"1:affirm_decision:event 2","place":null,"wish":null,"tells":"reassured","internal":false},"number":2,"channel":"TEXT","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":"6120d107e8dd84c76803ed79271a9f119d978b5977f375a72ecb96156c300da8","reason":"","settled_at":"2026-03-02T09:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('29a68bd4acff2ff8526198017b88165a','cleo',3,'','SENT',NULL,'{"schema":1,"intent":{"key":"29a68bd4acff2ff8526198017b88165a","customer":"cleo","engagement":"","play":"hand_over","occurrence":"1:hand_over:event 2","cause":"event 2","cycle":1,"purpose":"ONBOARD","channels":["FACE_TO_FACE"],"planned_at":"2026-03-02T09:00:00+00:00","not_before":"2026-03-02T09:00:00+00:00","content":null,"due":"2026-03-04T09:00:00+00:00","expires":"2026-03-09T09:00:00+00:00","obligation":"1:hand_over:event 2","place":null,"wish":null,"tells":"fulfilled","internal":false},"number":3,"channel":"FACE_TO_FACE","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":null,"reason":"","settled_at":"2026-03-02T09:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('989e5a82295d4d7f2f7eda31fbfe910c','anna',2,'','DENIED',NULL,'{"schema":1,"intent":{"key":"989e5a82295d4d7f2f7eda31fbfe910c","customer":"anna","engagement":"","play":"more","occurrence":"1:AFFIRM:1","cause":"event 4","cycle":1,"purpose":"SELL","channels":["EMAIL","POST"],"planned_at":"2026-03-02T12:00:00+00:00","not_before":"2026-03-02T12:00:00+00:00","content":"more","due":null,"expires":"2026-03-09T12:00:00+00:00","obligation":null,"place":"AFFIRM","wish":null,"tells":null,"internal":false},"number":2,"channel":"EMAIL","state":"DENIED","next_at":null,"attempts":0,"failures":0,"digest":"6d80b75d4af2894774fbae4b1717e65e36ebd24762431b1bc30477e97fe27f2b","reason":"C04","settled_at":"2026-03-02T12:00:00+00:00","unsure_at":null,"said":[["EMAIL",{"rule":"C04","ruling":"DENY","reason":"not_approved","source":"002: one employee changed the salutation of 30,000 letters","until":null}],["POST",{"rule":"C04","ruling":"DENY","reason":"not_approved","source":"002: one employee changed the salutation of 30,000 letters","until":null}]]}');
INSERT INTO "cx_outbox" VALUES('81ebae66fc1db9f621f73ff082b835a7','anna',3,'','SENT','6120d107e8dd84c76803ed79271a9f119d978b5977f375a72ecb96156c300da8','{"schema":1,"intent":{"key":"81ebae66fc1db9f621f73ff082b835a7","customer":"anna","engagement":"","play":"affirm","occurrence":"1:affirm_decision:event 4","cause":"event 4","cycle":1,"purpose":"AFFIRM","channels":["TEXT"],"planned_at":"2026-03-02T12:00:00+00:00","not_before":"2026-03-02T12:00:00+00:00","content":"affirm","due":"2026-03-04T12:00:00+00:00","expires":"2026-03-09T12:00:00+00:00","obligation":"1:affirm_decision:event 4","place":null,"wish":null,"tells":"reassured","internal":false},"number":3,"channel":"TEXT","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":"6120d107e8dd84c76803ed79271a9f119d978b5977f375a72ecb96156c300da8","reason":"","settled_at":"2026-03-02T12:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('1fceda4dc2a501c9fb4b383c98756ccf','anna',4,'','SENT',NULL,'{"schema":1,"intent":{"key":"1fceda4dc2a501c9fb4b383c98756ccf","customer":"anna","engagement":"","play":"hand_over","occurrence":"1:hand_over:event 4","cause":"event 4","cycle":1,"purpose":"ONBOARD","channels":["FACE_TO_FACE"],"planned_at":"2026-03-02T12:00:00+00:00","not_before":"2026-03-02T12:00:00+00:00","content":null,"due":"2026-03-04T12:00:00+00:00","expires":"2026-03-09T12:00:00+00:00","obligation":"1:hand_over:event 4","place":null,"wish":null,"tells":"fulfilled","internal":false},"number":4,"channel":"FACE_TO_FACE","state":"SENT","next_at":null,"attempts":2,"failures":0,"digest":null,"reason":"","settled_at":"2026-03-02T14:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('674f64d0e268e9f1f731d803faa69459','cleo',4,'','SENT','09f846225b1b5b211b30ace6cc5c143ce6b4b0e2c144870d832958afd9a12dc7','{"schema":1,"intent":{"key":"674f64d0e268e9f1f731d803faa69459","customer":"cleo","engagement":"","play":"sorry","occurrence":"1:acknowledge:event 5","cause":"event 5","cycle":1,"purpose":"APOLOGISE","channels":["POST"],"planned_at":"2026-03-02T12:00:00+00:00","not_before":"2026-03-02T12:00:00+00:00","content":"sorry","due":"2026-03-03T12:00:00+00:00","expires":"2026-03-09T12:00:00+00:00","obligation":"1:acknowledge:event 5","place":null,"wish":null,"tells":"answered","internal":false},"number":4,"channel":"POST","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":"09f846225b1b5b211b30ace6cc5c143ce6b4b0e2c144870d832958afd9a12dc7","reason":"","settled_at":"2026-03-02T12:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('5734df087da797f1b763b038de37e833','cleo',5,'','SKIPPED',NULL,'{"schema":1,"intent":{"key":"5734df087da797f1b763b038de37e833","customer":"cleo","engagement":"","play":"solve","occurrence":"1:solve:event 5","cause":"event 5","cycle":1,"purpose":"SOLVE","channels":["FACE_TO_FACE"],"planned_at":"2026-03-02T12:00:00+00:00","not_before":"2026-03-02T15:00:00+00:00","content":null,"due":"2026-03-09T12:00:00+00:00","expires":"2026-03-09T15:00:00+00:00","obligation":"1:solve:event 5","place":null,"wish":null,"tells":"recovered","internal":false},"number":5,"channel":"FACE_TO_FACE","state":"SKIPPED","next_at":null,"attempts":0,"failures":0,"digest":null,"reason":"not_owed","settled_at":"2026-03-02T15:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('93ed37a0ef7b80c70ae5fa880ae8ac0b','anna',5,'','SENT','c0ec1849b6cd4a159237b2108f2df19a85a71120979433103314bf83718612aa','{"schema":1,"intent":{"key":"93ed37a0ef7b80c70ae5fa880ae8ac0b","customer":"anna","engagement":"","play":"ask","occurrence":"1:ask_feedback:event 6","cause":"event 6","cycle":1,"purpose":"ASK_FEEDBACK","channels":["EMAIL"],"planned_at":"2026-03-02T14:00:00+00:00","not_before":"2026-03-02T15:00:00+00:00","content":"ask","due":"2026-03-02T15:00:00+00:00","expires":"2026-03-09T15:00:00+00:00","obligation":"1:ask_feedback:event 6","place":null,"wish":null,"tells":"feedback_asked","internal":false},"number":5,"channel":"EMAIL","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":"c0ec1849b6cd4a159237b2108f2df19a85a71120979433103314bf83718612aa","reason":"","settled_at":"2026-03-02T15:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('0ba2a3d55de8d118eb887552fe08978d','anna',6,'','FAILED',NULL,'{"schema":1,"intent":{"key":"0ba2a3d55de8d118eb887552fe08978d","customer":"anna","engagement":"","play":"film","occurrence":"1:celebrate_or_recover:event 6","cause":"event 6","cycle":1,"purpose":"CONGRATULATE","channels":["VIDEO"],"planned_at":"2026-03-02T14:00:00+00:00","not_before":"2026-03-02T14:00:00+00:00","content":"film","due":"2026-03-09T14:00:00+00:00","expires":"2026-03-09T14:00:00+00:00","obligation":"1:celebrate_or_recover:event 6","place":null,"wish":null,"tells":null,"internal":false},"number":6,"channel":"VIDEO","state":"FAILED","next_at":null,"attempts":0,"failures":0,"digest":"2f67f07e428636541cd54d24a191b9f5aeb7c20db58a329e173646c544c62f44","reason":"no_hook","settled_at":"2026-03-02T14:00:00+00:00","unsure_at":null,"said":[["VIDEO",{"rule":"V01","ruling":"WARN","reason":"video_length_unknown","source":"000; 120 seconds is a default","until":null}]]}');
INSERT INTO "cx_outbox" VALUES('231355b5365f40bfff833f39fe7367b9','dora',1,'','SENT',NULL,'{"schema":1,"intent":{"key":"231355b5365f40bfff833f39fe7367b9","customer":"dora","engagement":"","play":"call","occurrence":"1:answer:event 3","cause":"event 3","cycle":1,"purpose":"ANSWER","channels":["FACE_TO_FACE"],"planned_at":"2026-03-02T22:00:00+00:00","not_before":"2026-03-02T22:00:00+00:00","content":null,"due":"2026-03-09T09:00:00+00:00","expires":"2026-03-09T22:00:00+00:00","obligation":"1:answer:event 3","place":null,"wish":null,"tells":"answered","internal":false},"number":1,"channel":"FACE_TO_FACE","state":"SENT","next_at":null,"attempts":1,"failures":0,"digest":null,"reason":"","settled_at":"2026-03-02T22:00:00+00:00","unsure_at":null,"said":[]}');
INSERT INTO "cx_outbox" VALUES('acd23d1367bb3ea38d37cc213ca37cde','anna',7,'','PLANNED',NULL,'{"schema":1,"intent":{"key":"acd23d1367bb3ea38d37cc213ca37cde","customer":"anna","engagement":"","play":"route","occurrence":"1:route_feedback:event 8","cause":"event 8","cycle":1,"purpose":"INFORM","channels":["FACE_TO_FACE"],"planned_at":"2026-03-02T22:00:00+00:00","not_before":"2026-03-02T22:00:00+00:00","content":null,"due":"2026-03-09T22:00:00+00:00","expires":"2026-03-09T22:00:00+00:00","obligation":"1:route_feedback:event 8","place":null,"wish":null,"tells":"fulfilled","internal":false},"number":7,"channel":"FACE_TO_FACE","state":"PLANNED","next_at":"2026-03-02T22:00:00+00:00","attempts":0,"failures":0,"digest":null,"reason":"","settled_at":null,"unsure_at":null,"said":[]}');
CREATE TABLE cx_tombstones (
	id INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX cx_customer_held ON cx_customer (lease) WHERE lease IS NOT NULL;
CREATE INDEX cx_customer_waiting ON cx_customer (attention_at, customer);
CREATE INDEX cx_outbox_reaches ON cx_outbox (reaches, customer);
CREATE INDEX cx_outbox_state ON cx_outbox (state, customer, number);
CREATE INDEX cx_attempt_key ON cx_attempt ("key", id);
COMMIT;
